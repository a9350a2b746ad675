/** Whether a document says that the call failed: `{ error }`, or `{ errors }` with one in the list. */
export function isFailure(document: unknown): boolean {
  const { error, errors } = (document ?? {}) as { error?: unknown; errors?: unknown };
  return Boolean(error) || (Array.isArray(errors) && errors.length > 0);
}
