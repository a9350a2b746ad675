import type { Chunker, ChunkingStrategy } from './chunking-strategy.js';
import { endsInHalf } from './surrogates.js';
import { Tape } from './tape.js';

/**
 * Each delta is a chunk, as the model sent it: nothing waits, and the chunks depend on how the text was cut. Only
 * the first half of a surrogate pair waits for the second.
 *
 * @example
 * const chunker = new DeltaChunker().start();
 * chunker.push('Hel'); // [{ text: 'Hel', start: 0, end: 3 }]
 * chunker.push('lo'); //  [{ text: 'lo', start: 3, end: 5 }]
 */
export class DeltaChunker implements ChunkingStrategy {
  /** The name by which `streamWithChunking` knows it. */
  readonly name: string = 'delta';

  /** A fresh chunker. */
  start(): Chunker {
    const tape = new Tape();
    let start = 0;
    let half = false; // whether the first half of a pair waits
    const takeUpTo = (delta: string, end: number) =>
      tape.feed(delta, (cut) => {
        if (end > start) cut(start, end);
        start = Math.max(start, end);
      });
    return {
      push(delta) {
        if (delta !== '') half = endsInHalf(delta);
        return takeUpTo(delta, tape.seen + delta.length - (half ? 1 : 0));
      },
      flush: () => takeUpTo('', tape.seen),
    };
  }
}
