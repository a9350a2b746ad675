import { createParser } from 'eventsource-parser';
import { type ByteSource, openText } from './text-source.js';

/** One event of a stream of server-sent events. */
export interface ServerSentEvent {
  /** Its type, where it gives one. */
  readonly event?: string | undefined;
  readonly data: string;
  /** True when the body ended before the event did: then it may be cut short. */
  readonly cut?: true | undefined;
}

/** How a stream of events is read. */
export interface EventStreamInit {
  /** Its abort cancels the body. */
  signal: AbortSignal;
  /** Whether an event is the wire's end marker: it is not handed on, and nothing after it is read. */
  isEnd?(event: ServerSentEvent): boolean;
}

/** More characters than any event of a well-behaved server has: 16 million. */
const MAX_EVENT_LENGTH = 1 << 24;

/**
 * The events of a body, all that one read brought at once. Comments, line ends of every kind, characters cut by the
 * network and a last event without its blank line are dealt with. Leaving the loop cancels the body, unless it has
 * come to its end.
 *
 * @throws RangeError when an event has more than 16 million characters.
 */
export async function* readServerSentEvents(
  body: ByteSource,
  { signal, isEnd }: EventStreamInit,
): AsyncGenerator<readonly ServerSentEvent[], void> {
  let batch: ServerSentEvent[] = [];
  let ended = false;
  let tooLong = false;
  const parser = createParser({
    onEvent(event) {
      ended ||= isEnd?.(event) === true;
      if (!ended) batch.push(event);
    },
    onError: ({ type }) => {
      tooLong ||= type === 'max-buffer-size-exceeded';
    },
    maxBufferSize: MAX_EVENT_LENGTH,
  });
  const take = (): readonly ServerSentEvent[] => {
    if (tooLong) throw new RangeError(`An event has more than ${MAX_EVENT_LENGTH} characters.`);
    const events = batch;
    batch = [];
    return events;
  };

  const source = openText(body, signal);
  try {
    for (;;) {
      let text = await source.read();
      if (text === null || ended) break;
      parser.feed(text);
      text = ''; // Or it would be kept while the next read is waited for.
      if (batch.length > 0 || tooLong) yield take();
      if (ended) return;
    }
    parser.feed('\n\n');
    const events = take().map((event): ServerSentEvent => ({ ...event, cut: true }));
    if (events.length > 0) yield events;
  } finally {
    await source.close(ended);
  }
}
