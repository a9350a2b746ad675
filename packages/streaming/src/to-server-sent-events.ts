import { describe } from '@melliflow/core/implement';
import { eventFrames, type StreamForWire, textFrames } from './server-sent-frames.js';
import type { ErrorEvent } from './stream-events.js';

/** How a stream is sent. */
export interface ServerSentEventsOptions {
  /**
   * `events`, the default: all events, for `eventsFrom`. `text`: only what nothing takes back, as it stands, then an
   * event `end` with `completed`, `stopped` or `failed`; for pages without a program of their own.
   */
  mode?: 'events' | 'text' | undefined;
  /** A comment goes out whenever nothing else did for so long, so that nobody on the way hangs up; 0: none. Default 15,000. */
  heartbeatMs?: number | undefined;
  /** Whether reasons of verdicts and retries go out: they may quote what was held back. Default false. */
  reasons?: boolean | undefined;
  /** What is said of an error besides its name. Default: the same sentence for all, since messages may hold secrets. */
  errorDetail?: ((event: ErrorEvent) => string) | undefined;
  /** More headers, or others. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** A web response whose body is there, so that it can be piped as it is. */
export type EventStreamResponse = Response & { readonly body: NonNullable<Response['body']> };

const usualHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // Or nginx collects the answer before it passes it on.
  'x-accel-buffering': 'no',
};

const heartbeat = ': still here\n\n';
const longestTimerMs = 2 ** 31 - 1;

/**
 * A web response that sends a validated stream to a browser while it runs. It is written as fast as it is read; when
 * the client leaves before the end, the generation is cancelled.
 *
 * @throws TypeError for an unknown mode or heartbeat.
 *
 * @example
 * const stream = await streamWithChunking(question, backend, ctx, { requirements });
 * return toServerSentEvents(stream);
 */
export function toServerSentEvents(
  stream: StreamForWire,
  options: ServerSentEventsOptions = {},
): EventStreamResponse {
  const { mode = 'events', heartbeatMs = 15_000, reasons = false, headers } = options;
  const { errorDetail = () => 'The answer failed on the server.' } = options;
  if (mode !== 'events' && mode !== 'text')
    throw new TypeError(`mode must be 'events' or 'text', got ${describe(mode)}.`);
  if (!(heartbeatMs >= 0 && heartbeatMs <= longestTimerMs))
    throw new TypeError(`heartbeatMs must be from 0 to ${longestTimerMs}, got ${describe(heartbeatMs)}.`);
  const nextFrame = mode === 'text' ? textFrames(stream) : eventFrames(stream, { reasons, errorDetail });
  const encoder = new TextEncoder();
  let left = false;
  const leave = async (reason?: unknown): Promise<void> => {
    left = true;
    await stream.cancel(reason);
  };
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        // A client that does not read needs no heartbeat. The timer lives only while somebody waits for an event.
        const beat = (): void => {
          if (!left && controller.desiredSize === 0) controller.enqueue(encoder.encode(heartbeat));
        };
        const timer = heartbeatMs > 0 ? setInterval(beat, heartbeatMs) : undefined;
        try {
          const frame = await nextFrame();
          if (left) return;
          if (frame === null) controller.close();
          else controller.enqueue(encoder.encode(frame));
        } catch (error) {
          await leave(error);
          throw error;
        } finally {
          clearInterval(timer);
        }
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { ...usualHeaders, ...headers } }) as EventStreamResponse;
}
