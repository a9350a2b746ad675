import type { Chunker, ChunkingStrategy } from './chunking-strategy.js';
import { cutByUnit } from './unit-cutter.js';

const NEWLINE = 10;
const RETURN = 13;

/**
 * A line ends at `\n`, `\r\n` or `\r`, which is separator; empty lines are nothing but separator.
 *
 * @example
 * const chunker = new LineChunker().start();
 * chunker.push('One\r\n\r\nTw'); // [{ text: 'One', start: 0, end: 3 }]
 * chunker.flush(); //               [{ text: 'Tw', start: 7, end: 9 }]
 */
export class LineChunker implements ChunkingStrategy {
  /** For errors; `streamWithChunking` takes the object, since the reference knows no such name (contract 6.8). */
  readonly name: string = 'line';

  /** A fresh chunker; the last line needs no line end. */
  start(): Chunker {
    let start = 0;
    return cutByUnit({
      read(code, at, cut) {
        if (code !== NEWLINE && code !== RETURN) return;
        if (at > start) cut(start, at);
        start = at + 1;
      },
      finish(end, cut) {
        if (end > start) cut(start, end);
        start = end;
      },
    });
  }
}
