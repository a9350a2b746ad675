import { describe } from '@melliflow/core/implement';
import type { Chunker, ChunkingStrategy } from './chunking-strategy.js';
import { isHighHalf, isLowHalf } from './surrogates.js';
import { cutByUnit } from './unit-cutter.js';

/** How long the chunks of a `FixedChunker` are. */
export interface FixedChunkerSettings {
  /** In Unicode characters (code points), so that no surrogate pair is cut. */
  size: number;
}

/**
 * Chunks of one length, with nothing between them; the last one may be shorter. It is for text whose form says
 * nothing: a word, or what a reader sees as one character, may be cut.
 *
 * @example
 * const chunker = new FixedChunker({ size: 3 }).start();
 * chunker.push('abcde'); // [{ text: 'abc', start: 0, end: 3 }]
 * chunker.flush(); //       [{ text: 'de', start: 3, end: 5 }]
 */
export class FixedChunker implements ChunkingStrategy {
  /** For errors. */
  readonly name: string = 'fixed';
  /** How many Unicode characters a chunk has. */
  readonly size: number;

  /** @throws TypeError when the size is no whole number above 0. */
  constructor({ size }: FixedChunkerSettings) {
    if (!Number.isInteger(size) || size < 1)
      throw new TypeError(`size must be a whole number of characters from 1 on, got ${describe(size)}.`);
    this.size = size;
  }

  /** A fresh chunker. */
  start(): Chunker {
    const { size } = this;
    let start = 0;
    let count = 0; // characters of the open chunk
    let half = false; // whether the last unit waits for its second half
    return cutByUnit({
      read(code, at, cut) {
        const joins = half && isLowHalf(code);
        const full = half && !joins && count === size; // the half stays alone
        if (full) cut(start, at);
        if (full) start = at;
        count = full ? 1 : count + (joins ? 0 : 1);
        half = isHighHalf(code);
        if (count < size || half) return;
        cut(start, at + 1);
        start = at + 1;
        count = 0;
      },
      finish(end, cut) {
        if (end > start) cut(start, end);
        start = end;
      },
    });
  }
}
