/** What was asked for cannot be; the message says what to write instead. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}
