import { byteServer, replyJson, replyText } from '@melliflow/backend-conformance/servers';

export { byteServer };

/** Replies with a stream of these texts, as they are. */
export const sends = (...texts: readonly string[]): ReturnType<typeof replyText> =>
  replyText('application/x-ndjson', ...texts);

export const json: typeof replyJson = replyJson;

/** A line of a chat with a piece of the answer. */
export function line(message: object, more: object = {}): string {
  return `${JSON.stringify({ model: 'm', message: { role: 'assistant', content: '', ...message }, done: false, ...more })}\n`;
}

/** The last line of a chat. */
export function lastLine(more: object = {}): string {
  const counts = { prompt_eval_count: 3, eval_count: 2 };
  return line({}, { done: true, done_reason: 'stop', ...counts, ...more });
}
