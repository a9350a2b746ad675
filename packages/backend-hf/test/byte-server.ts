import { replyText } from '@melliflow/backend-conformance/servers';

export { byteServer, replyJson as json } from '@melliflow/backend-conformance/servers';

/** Replies with a stream of these texts, as they are. */
export const sends = (...texts: readonly string[]): ReturnType<typeof replyText> =>
  replyText('text/event-stream', ...texts);

/** An event with a piece of the answer, or with its end. */
export function chunk(delta: object, finish_reason: string | null = null): string {
  return `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
}
