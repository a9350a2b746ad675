import type { StreamChunkingResult } from './stream-chunking-result.js';
import { toWire, type WireRule } from './wire-event.js';

/** What of a stream goes over the wire. */
export type StreamForWire = Pick<
  StreamChunkingResult<unknown>,
  'events' | 'astream' | 'cancel' | 'completed'
>;

/** What is written, one after the other; null after the last. */
export type Frames = () => Promise<string | null>;

/** All events, each as JSON. They have no name: one called `error` would look like a broken connection. */
export function eventFrames(stream: StreamForWire, rule: WireRule): Frames {
  const events = stream.events()[Symbol.asyncIterator]();
  return async () => {
    const { value, done } = await events.next();
    return done ? null : frame(toWire(value, rule));
  };
}

/** The text that passed, then an event `end` that says how it ended. */
export function textFrames(stream: StreamForWire): Frames {
  const pieces = stream.astream({ separators: true })[Symbol.asyncIterator]();
  let over = false;
  /** Half a character or half a line end, which waits for the other half. */
  let half = '';
  const end = (how: 'completed' | 'stopped' | 'failed'): string => {
    over = true;
    return `${half === '' ? '' : frame(half)}event: end\n${frame(how)}`;
  };
  const next = async (): Promise<string | null> => {
    while (!over) {
      const piece = await pieces.next();
      if (piece.done) return end(stream.completed ? 'completed' : 'stopped');
      const text = half + piece.value.text;
      half = /[\r\ud800-\udbff]$/.exec(text)?.[0] ?? '';
      if (text.length > half.length) return frame(text.slice(0, text.length - half.length));
    }
    return null;
  };
  return () => next().catch(() => end('failed'));
}

/** A line of its own for each line of the data, as the format wants it. */
function frame(data: string): string {
  return `${data
    .split(/\r\n|\r|\n/)
    .map((line) => `data: ${line}\n`)
    .join('')}\n`;
}
