import { replyJson, replyText } from '@melliflow/backend-conformance/servers';

export { byteServer } from '@melliflow/backend-conformance/servers';

/** Replies with a stream of these texts, as they are. */
export const sends = (...texts: readonly string[]): ReturnType<typeof replyText> =>
  replyText('text/event-stream', ...texts);

export const json: typeof replyJson = replyJson;

/** An event as watsonx writes it. */
export function event(data: object, name = 'message'): string {
  return `id: 1\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** An event with a piece of the answer, or with its end. */
export function chunk(delta: object, finish_reason: string | null = null, more: object = {}): string {
  return event({ id: 'c', model_id: 'm', choices: [{ index: 0, delta, finish_reason }], ...more });
}

/** The event that counts. */
export const usage: string = event({
  id: 'c',
  model_id: 'm',
  choices: [],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
});
