import { endsInHalf } from './surrogates.js';

/**
 * Up to where nothing that arrives later can change the segmentation of a text: one of the places in `starts`, at
 * which its segments begin, or 0. `full` says that the text is a whole window, so the same for all deltas.
 */
export type Settled = (text: string, starts: readonly number[], full: boolean) => number;

/** How often a character may be looked at on average; more looks release earlier. */
const LOOKS_PER_CHARACTER = 4;
/** How much is looked at together at first, in UTF-16 units; in long strings engines find segments slowly. */
const WINDOW = 512;

const NOTHING: readonly string[] = [];

/**
 * `Intl.Segmenter` on a text that is still arriving. It takes whole strings only, so it is given windows of the
 * pending text: of what follows the last settled boundary. To begin at a boundary changes nothing, since no Unicode
 * rule looks back beyond one; a segment is given once it is settled, so that the segments are those of the whole
 * text, whatever the deltas. A window in which nothing is settled is doubled.
 *
 * Looking at the pending text again with each delta would be quadratic where no boundary comes. So there is a budget:
 * a look is taken when all looks together, this one included, stay within four characters per character that arrived.
 * In usual text each delta is looked at; without boundaries each look waits until the text has grown by a third.
 */
export class SegmenterWindow {
  /** What follows the last settled boundary. */
  pending = '';
  private readonly segmenter: Intl.Segmenter;
  private readonly settled: Settled;
  private size = WINDOW;
  private arrived = 0;
  private looked = 0;

  constructor(segmenter: Intl.Segmenter, settled: Settled) {
    this.segmenter = segmenter;
    this.settled = settled;
  }

  /** Takes a delta, and gives the segments that are settled. `look` false says that it settles none. */
  push(delta: string, look = true): readonly string[] {
    this.pending += delta;
    this.arrived += delta.length;
    return look ? this.take(false) : NOTHING;
  }

  /** Gives what is left. */
  flush(): readonly string[] {
    return this.take(true);
  }

  private take(over: boolean): readonly string[] {
    const pieces: string[] = [];
    let from = 0;
    for (let more = true; more; ) {
      const length = Math.min(this.size, this.pending.length - from);
      const full = length === this.size;
      if (length === 0 || !(over || this.looked + length <= LOOKS_PER_CHARACTER * this.arrived)) break;
      this.looked += length;
      const window = this.pending.slice(from, from + length);
      const last = over && !full;
      const text = !last && endsInHalf(window) ? window.slice(0, -1) : window;
      const starts = Array.from(this.segmenter.segment(text), ({ index }) => index);
      const end = last ? text.length : this.settled(text, starts, full);
      for (const [i, start] of starts.entries())
        if (start < end) pieces.push(text.slice(start, starts[i + 1] ?? end));
      from += end;
      if (end > 0) this.size = WINDOW;
      else if (full) this.size *= 2;
      more = full;
    }
    if (from > 0) this.pending = this.pending.slice(from);
    return pieces;
  }
}

/**
 * The segmenter of a locale.
 *
 * @throws TypeError where there is no `Intl.Segmenter`, or the locale is no language tag.
 */
export function segmenterOf(locale: string, granularity: 'grapheme' | 'word' | 'sentence'): Intl.Segmenter {
  if (typeof Intl !== 'object' || typeof Intl.Segmenter !== 'function')
    throw new TypeError(
      'This runtime has no Intl.Segmenter; use a chunker that needs none, such as "sentence".',
    );
  try {
    return new Intl.Segmenter(locale, { granularity });
  } catch (cause) {
    throw new TypeError(
      `locale must be a language tag such as 'en' or 'de-AT', got ${JSON.stringify(locale)}.`,
      { cause },
    );
  }
}
