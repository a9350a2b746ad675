import { MatchFinder, type Range } from './match-finder.js';
import type { OutputSettings } from './output-settings.js';

/** Replaces matches in a text that comes in pieces; what may still become part of one stays inside. */
export class StreamRedactor {
  /** Whether anything was replaced. */
  isChanged = false;
  /** How many units an early end kept inside. */
  withheld = 0;
  readonly settings: OutputSettings;
  readonly finders: readonly MatchFinder[];
  /** What is looked at: what is held, and before it what expressions may look back at. */
  text = '';
  /** The first half of a character of which the second is still to come. */
  half = '';
  /** Up to here everything is out or replaced. */
  done = 0;
  found: Range[] = [];

  constructor(settings: OutputSettings) {
    this.settings = settings;
    this.finders = settings.patterns.map((pattern) => new MatchFinder(pattern, settings.maxMatchLength));
  }

  /** What may go out now that `delta` has come. Large ones are looked at in pieces, so that each costs no more. */
  push(delta: string): string {
    const { maxMatchLength } = this.settings;
    let out = '';
    for (let at = 0; at < delta.length; at += maxMatchLength) {
      this.grow(this.half + delta.slice(at, at + maxMatchLength));
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
    const kept = Math.min(this.done, ...this.finders.map(({ next }) => next));
    const past = Math.max(0, kept - this.settings.lookBehind);
    this.half = /[\ud800-\udbff]$/.exec(piece)?.[0] ?? '';
    this.text = this.text.slice(past) + piece.slice(0, piece.length - this.half.length);
    this.done -= past;
    for (const finder of this.finders) finder.next -= past;
    for (const [index, { start, end }] of this.found.entries())
      this.found[index] = { start: start - past, end: end - past };
  }

  /** Up to the first place that is open for any pattern, what is outside of all matches. */
  release(isEnd: boolean): string {
    const { text, finders } = this;
    for (const finder of finders) this.found.push(...finder.scan(text, isEnd));
    this.found.sort((a, b) => a.start - b.start);
    const safe = Math.min(...finders.map(({ next }) => next));
    const later = this.found.findIndex(({ start }) => start >= safe);
    let out = '';
    for (const { start, end } of this.found.splice(0, later === -1 ? this.found.length : later)) {
      if (start >= this.done) out += text.slice(this.done, start) + this.settings.replacement;
      this.isChanged = true;
      this.done = Math.max(this.done, end);
    }
    out += text.slice(this.done, safe);
    this.done = Math.max(this.done, safe);
    return out;
  }
}

/** A text that is there as a whole; one that was cut does not give out what may have become a match. */
export function redactedText(
  text: string,
  isWhole: boolean,
  settings: OutputSettings,
): { text: string; isChanged: boolean; withheld: number } {
  const redactor = new StreamRedactor(settings);
  const clean = redactor.push(text) + redactor.end(isWhole);
  return { text: clean, isChanged: redactor.isChanged, withheld: redactor.withheld };
}
