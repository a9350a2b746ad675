import { EventLines } from './event-lines.js';
import { EventStreamError } from './event-stream-error.js';
import type { StreamEvent } from './stream-events.js';
import { fromWire } from './wire-event.js';

/**
 * The events of a response that `toServerSentEvents` made, in a browser or wherever there is `fetch`. Leaving the loop
 * closes the connection, which ends the generation; so does an abort of the signal that `fetch` was given.
 *
 * @throws EventStreamError (`event_stream`) when it is no such response, or it broke off before `completed`; else what
 * `fetch` or the body rejects with.
 *
 * @example
 * for await (const event of eventsFrom(fetch('/chat', { method: 'POST', body: question }))) show(event);
 */
export async function* eventsFrom(response: Response | Promise<Response>): AsyncGenerator<StreamEvent, void> {
  const { body, ok, status, headers } = await response;
  const type = headers.get('content-type') ?? 'no content type';
  if (!body || !ok || !/^text\/event-stream\b/i.test(type)) {
    await body?.cancel();
    throw new EventStreamError(`The response is no stream of events: status ${status}, ${type}.`);
  }
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const lines = new EventLines();
  let completed = false;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      for (const data of lines.push(decoder.decode(part.value, { stream: true }))) {
        const event = fromWire(data);
        yield event;
        completed ||= event.type === 'completed';
      }
    }
    if (!completed) throw new EventStreamError('The stream of events broke off before its last one.');
  } finally {
    // What was thrown says more than a cancel of a body that failed.
    await reader.cancel().catch(() => undefined);
  }
}
