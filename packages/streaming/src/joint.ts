/** How far back a continuation may repeat the kept text, besides all of it. */
const REACH = 2048;

/** A shorter repetition may be chance, unless it is all of the kept text. Wide characters, as of Chinese, count twice. */
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

/** A place where the repetition may have begun, and how far it goes. */
interface Candidate {
  readonly start: number;
  /** The character of the kept text that must come next. */
  at: number;
}

/**
 * Puts a continuation behind the kept text. A model that was asked to go on often says the last words again, or all
 * from the beginning: what it repeats is left out, however it sets the white space. Engines that go on behind a text may
 * swallow the white space there: it is put back, but not before a mark that hangs on the word before it. Text is held
 * back only while it may still be a repetition, which begins at a word of the last 2,048 characters or at the beginning;
 * each character is compared with at most those.
 */
export class Joint {
  readonly kept: string;
  readonly separator: string;
  readonly exact: boolean;
  /** Kept and continued. */
  text: string;
  /** What came and is not decided. */
  held = '';
  /** Up to where the held text is not just white space. */
  solid = 0;
  candidates: Candidate[];
  /** Where the kept text begins and ends but for white space. */
  readonly first: number;
  readonly end: number;
  /** How much of the held text is the longest repetition found so far. */
  repeated = 0;
  decided = false;

  constructor({ kept, separator, exact }: JointInit) {
    this.kept = kept;
    this.separator = separator;
    this.exact = exact;
    this.text = kept;
    this.first = kept.length - kept.trimStart().length;
    this.end = kept.trimEnd().length;
    this.candidates = exact
      ? []
      : wordStarts(kept, this.first, this.end).map((start) => ({ start, at: start }));
  }

  /** What of the delta goes behind the text, now. */
  push(delta: string): string {
    if (this.decided) return this.add(delta);
    for (let i = 0; i < delta.length; i += 1) this.compare(delta[i] as string);
    const isKnown = this.exact ? this.held !== '' : this.solid > this.repeated;
    return this.candidates.length === 0 && isKnown ? this.decide() : '';
  }

  /** The continuation is over: what was held back. */
  finish(): string {
    return this.decided ? '' : this.decide();
  }

  compare(character: string): void {
    this.held += character;
    if (isSpace(character)) return;
    this.solid = this.held.length;
    this.candidates = this.candidates.filter((candidate) => {
      if (this.kept[candidate.at] !== character) return false;
      do candidate.at += 1;
      while (candidate.at < this.end && isSpace(this.kept[candidate.at] as string));
      if (candidate.at < this.end) return true;
      const { start } = candidate;
      const isEnough = start === this.first || widthOf(this.kept.slice(start, this.end)) >= SHORTEST;
      if (isEnough) this.repeated = this.held.length;
      return false;
    });
  }

  decide(): string {
    this.decided = true;
    if (this.isOtherWord) this.repeated = 0;
    const rest = this.held.slice(this.repeated);
    this.held = '';
    if (rest === '') return '';
    const bare = this.end === this.kept.length && !isSpace(rest[0] as string);
    const wantsSeparator = bare && this.repeated === 0;
    if (wantsSeparator) return this.add(hangs(rest, this.separator) ? rest : this.separator + rest);
    return this.add(this.exact ? rest : rest.slice(sharedSpace(this.kept.slice(this.end), rest)));
  }

  /** The word that the kept text ended with goes on: it only began like it. */
  get isOtherWord(): boolean {
    return this.separator !== '' && /^[\p{L}\p{N}]{2}/u.test(this.held.slice(this.repeated - 1));
  }

  add(text: string): string {
    this.text += text;
    return text;
  }
}

/** Where a repetition may begin: a word, or a character of a script that has no spaces. */
const startsWord = /(^|[\s\p{P}\p{S}\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}])$/u;

/** The beginning, and the places within reach of the end. */
function wordStarts(text: string, first: number, end: number): number[] {
  const starts: number[] = [];
  for (let at = Math.max(0, end - REACH); at < end; at += 1) {
    const before = text.slice(Math.max(0, at - 2), at);
    if (startsWord.test(before) && !isSpace(text[at] as string)) starts.push(at);
  }
  if (starts[0] !== first && first < end) starts.unshift(first);
  return starts;
}

/** Whether the text goes on in the line with a mark that no space stands before. */
function hangs(text: string, separator: string): boolean {
  return !/[\r\n]/.test(separator) && /^[,.;:!?…、。，．：；！？\p{Pe}\p{Pf}]/u.test(text);
}

/** How much of the white space at the end of one text is said again at the beginning of the next. */
function sharedSpace(ending: string, text: string): number {
  const most = Math.min(ending.length, text.length - text.trimStart().length);
  for (let length = most; length > 0; length -= 1) if (text.startsWith(ending.slice(-length))) return length;
  return 0;
}

function isSpace(character: string): boolean {
  return /\s/.test(character);
}

function widthOf(text: string): number {
  let width = 0;
  for (let i = 0; i < text.length; i += 1) width += text.charCodeAt(i) < 0x2e80 ? 1 : 2;
  return width;
}
