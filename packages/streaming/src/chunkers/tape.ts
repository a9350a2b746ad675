import type { Segment } from './chunking-strategy.js';

/** Cuts out of a text that is still arriving what lies between two places; places only go up. */
export type Cut = (start: number, end: number) => void;

// Shared, since most deltas decide nothing; not frozen, since engines iterate frozen arrays slowly.
const NOTHING: readonly Segment[] = [];

/**
 * The text that is not cut yet. Appending is free, as in engines that join lazily; a character is read when the
 * segment that it is in is cut, so that the cost is linear as long as cuts come close behind what was read.
 */
export class Tape {
  /** Where the current delta begins, in UTF-16 units of the whole text. */
  seen = 0;
  private held = ''; // earlier text, from `base` on
  private base = 0;

  /** Lets `work` look at the delta and cut; gives the segments that it cut. */
  feed(delta: string, work: (cut: Cut) => void): readonly Segment[] {
    const { seen, base } = this;
    let segments: Segment[] | undefined;
    let cutUpTo = base;
    work((start, end) => {
      segments ??= [];
      segments.push({ text: this.between(delta, start, end), start, end });
      cutUpTo = end;
    });
    this.seen += delta.length;
    this.base = cutUpTo;
    if (cutUpTo >= seen) this.held = delta.slice(cutUpTo - seen);
    else this.held = (cutUpTo > base ? this.held.slice(cutUpTo - base) : this.held) + delta;
    return segments ?? NOTHING;
  }

  private between(delta: string, start: number, end: number): string {
    const { seen, base, held } = this;
    if (start >= seen) return delta.slice(start - seen, end - seen);
    if (end <= seen) return held.slice(start - base, end - base);
    return held.slice(start - base) + delta.slice(0, end - seen);
  }
}
