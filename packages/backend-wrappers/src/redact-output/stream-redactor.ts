import { MatchFinder } from './match-finder.js';
import type { OutputSettings } from './output-settings.js';

/** How often something was replaced, by the index of the pattern. */
export type Replacements = Map<number, number>;

/** Replaces matches in a text that comes in pieces; what may still become part of one stays inside. */
export class StreamRedactor {
  /** Whether anything was replaced. */
  isChanged = false;
  /** How many units an early end kept inside. */
  withheld = 0;
  readonly settings: OutputSettings;
  /** Of all texts that are counted together. */
  readonly replaced: Replacements;
  readonly finder: MatchFinder;
  /** What is looked at: what is held, and before it what expressions may look back at. */
  text = '';
  /** The first half of a character of which the second is still to come. */
  half = '';
  /** Up to here everything is out or replaced: to where the finder is, or to the end of a match. */
  done = 0;

  constructor(settings: OutputSettings, replaced: Replacements = new Map()) {
    this.settings = settings;
    this.replaced = replaced;
    this.finder = new MatchFinder(settings.groups);
  }

  /** What may go out now that `delta` has come. Large ones are looked at in pieces, so that each costs no more. */
  push(delta: string): string {
    const { pieceLength } = this.settings;
    let out = '';
    for (let at = 0; at < delta.length; at += pieceLength) {
      this.grow(this.half + delta.slice(at, at + pieceLength));
      out += this.release(false);
    }
    return out;
  }

  /** What may go out at the end: the rest, or at an early end nothing of what may have become a match. */
  end(isWhole: boolean): string {
    if (!isWhole) {
      this.withheld += this.text.length + this.half.length - this.done;
      return '';
    }
    this.text += this.half;
    this.half = '';
    return this.release(true);
  }

  grow(piece: string): void {
    const past = Math.max(0, this.finder.next - this.settings.lookBehind);
    const isCut = (piece.charCodeAt(piece.length - 1) & 0xfc00) === 0xd800;
    this.half = isCut ? piece.slice(-1) : '';
    this.text = this.text.slice(past) + (isCut ? piece.slice(0, -1) : piece);
    this.done -= past;
    this.finder.next -= past;
  }

  /** Up to the first place that is open for any pattern, what is outside of all matches. */
  release(isEnd: boolean): string {
    const { text, finder, settings } = this;
    let out = '';
    for (const { start, end, pattern } of finder.scan(text, isEnd)) {
      if (start >= this.done) {
        out += text.slice(this.done, start) + settings.replacement;
        this.replaced.set(pattern, (this.replaced.get(pattern) ?? 0) + 1);
      }
      this.isChanged = true;
      this.done = Math.max(this.done, end);
    }
    out += text.slice(this.done, finder.next);
    this.done = Math.max(this.done, finder.next);
    return out;
  }
}

/** A text that is there as a whole; one that was cut does not give out what may have become a match. */
export function redactedText(
  text: string,
  isWhole: boolean,
  settings: OutputSettings,
  replaced?: Replacements,
): { text: string; isChanged: boolean; withheld: number } {
  const redactor = new StreamRedactor(settings, replaced);
  const clean = redactor.push(text) + redactor.end(isWhole);
  return { text: clean, isChanged: redactor.isChanged, withheld: redactor.withheld };
}
