import { describe } from '@melliflow/core/implement';
import type { Chunker, ChunkingStrategy } from './chunking-strategy.js';
import { isHighHalf, isLowHalf } from './surrogates.js';
import { type Cut, Tape } from './tape.js';

/** What a `RegexpChunker` cuts at. */
export interface RegexpChunkerSettings {
  /** What stands between chunks. The flags `g` and `y` make no difference; a match of nothing separates nothing. */
  separator: RegExp;
  /** How far the pattern sees, before a place and from it on, in UTF-16 units. Default 16. */
  reach?: number | undefined;
}

/**
 * Cuts where a pattern matches; the match is separator.
 *
 * Whether a match begins at a place is decided on `reach` units before it and `reach` units from it on, so it is the
 * same for all deltas. A separator that is longer is found in part, and a chunk is released `reach` units late. The
 * cost is linear in the text: the pattern is tried once at each place, on at most two `reach` units. A pattern with
 * nested repetition, such as `(a+)+b`, can cost two to the power of `reach` at each place; keep `reach` small for one.
 *
 * @example
 * const chunker = new RegexpChunker({ separator: /\n-{3,}\n/, reach: 6 }).start();
 * chunker.push('One\n---\nTwo'); // [{ text: 'One', start: 0, end: 3 }]
 * chunker.flush(); //               [{ text: 'Two', start: 8, end: 11 }]
 */
export class RegexpChunker implements ChunkingStrategy {
  /** For errors. */
  readonly name: string = 'regexp';
  /** How far the pattern sees, in UTF-16 units. */
  readonly reach: number;
  /** @internal */
  readonly _pattern: { readonly source: string; readonly flags: string };

  /** @throws TypeError when the separator is no `RegExp`, or the reach no whole number above 0. */
  constructor({ separator, reach = 16 }: RegexpChunkerSettings) {
    if (Object.prototype.toString.call(separator) !== '[object RegExp]')
      throw new TypeError(`separator must be a RegExp such as /\\n---\\n/, got ${describe(separator)}.`);
    if (!Number.isInteger(reach) || reach < 1)
      throw new TypeError(`reach must be a whole number of UTF-16 units from 1 on, got ${describe(reach)}.`);
    this.reach = reach;
    this._pattern = { source: separator.source, flags: `${separator.flags.replace(/[gy]/g, '')}y` };
  }

  /** A fresh chunker. */
  start(): Chunker {
    const { reach } = this;
    const pattern = new RegExp(this._pattern.source, this._pattern.flags);
    const tape = new Tape();
    let near = ''; // what the pattern may still see
    let base = 0; // where `near` begins
    let at = 0; // the next place to decide on
    let start = 0; // of the open chunk

    /** The length of the separator that begins at `at`; 0 if none does. */
    const match = (over: boolean): number => {
      const here = at - base;
      if (isLowHalf(near.charCodeAt(here)) && isHighHalf(near.charCodeAt(here - 1))) return 0;
      const from = Math.max(0, here - reach);
      let to = Math.min(near.length, here + reach);
      const last = over && to === near.length;
      if (!last && isHighHalf(near.charCodeAt(to - 1))) to -= 1; // its second half is out of sight
      pattern.lastIndex = here - from;
      return pattern.exec(near.slice(from, to))?.[0].length ?? 0;
    };
    const decideUpTo = (end: number, over: boolean, cut: Cut): void => {
      while (at < end) {
        const length = match(over);
        if (length > 0 && at > start) cut(start, at);
        at += length || 1;
        if (length > 0) start = at;
      }
    };

    return {
      push: (delta) =>
        tape.feed(delta, (cut) => {
          near += delta;
          decideUpTo(base + near.length - reach + 1, false, cut);
          const behind = Math.max(0, at - base - reach);
          near = near.slice(behind);
          base += behind;
        }),
      flush: () =>
        tape.feed('', (cut) => {
          decideUpTo(base + near.length, true, cut);
          if (at > start) cut(start, at);
          start = at;
        }),
    };
  }
}
