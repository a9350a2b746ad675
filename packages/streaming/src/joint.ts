/** How far back a continuation may repeat the kept text. */
const REACH = 256;

/** A repetition that is shorter may be chance, unless it is all of the kept text. */
const SHORTEST = 8;

/** How a continuation is put behind what was kept. */
export interface JointInit {
  /** The text that stands. */
  readonly kept: string;
  /** What stood behind it before: comes between where the continuation brings no white space of its own. */
  readonly separator: string;
  /** The model goes on behind the very text, so it repeats nothing. */
  readonly exact: boolean;
}

/**
 * Puts a continuation behind the kept text. A model that was asked to go on often says the last words again, or all
 * from the beginning: what it repeats is left out. Engines that go on behind a text may swallow the white space there:
 * it is put back. Text is held back only while it may still be a repetition, which
 * begins at a word of the last 256 characters or at the beginning; each character is compared with at most those.
 */
export class Joint {
  readonly kept: string;
  readonly separator: string;
  /** Kept and continued. */
  text: string;
  /** What came and is not decided. */
  held = '';
  /** Where the repetition may have begun in the kept text. */
  candidates: number[];
  /** How much of the held text is the longest repetition found so far. */
  repeated = 0;
  decided = false;

  constructor({ kept, separator, exact }: JointInit) {
    this.kept = kept;
    this.separator = separator;
    this.text = kept;
    this.candidates = exact ? [] : wordStarts(kept);
  }

  /** What of the delta goes behind the text, now. */
  push(delta: string): string {
    if (this.decided) return this.add(delta);
    for (const character of delta.split('')) this.compare(character);
    return this.candidates.length === 0 && this.held !== '' ? this.decide() : '';
  }

  /** The continuation is over: what was held back. */
  end(): string {
    return this.decided ? '' : this.decide();
  }

  compare(character: string): void {
    const at = this.held.length;
    this.held += character;
    this.candidates = this.candidates.filter((start) => {
      if (this.kept[start + at] !== character) return false;
      if (start + at + 1 < this.kept.length) return true;
      if (at + 1 >= SHORTEST || start === 0) this.repeated = Math.max(this.repeated, at + 1);
      return false;
    });
  }

  decide(): string {
    this.decided = true;
    const rest = this.held.slice(this.repeated);
    const bare = this.repeated === 0 && rest !== '' && !/^\s/.test(rest) && !/\s$/.test(this.kept);
    return this.add(bare ? this.separator + rest : rest);
  }

  add(text: string): string {
    this.text += text;
    return text;
  }
}

/** The beginning, and where words begin within reach of the end. */
function wordStarts(text: string): number[] {
  const starts = [0];
  for (let at = Math.max(1, text.length - REACH); at < text.length; at += 1) {
    if (!/\s/.test(text[at] as string) && /[\s\p{P}\p{S}]/u.test(text[at - 1] as string)) starts.push(at);
  }
  return starts;
}
