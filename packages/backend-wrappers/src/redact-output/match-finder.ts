import { openMatch } from './open-match.js';

/** A part of a text, from its first unit to the one after its last. */
export interface Range {
  readonly start: number;
  end: number;
}

/** A pattern, and the expression that says where more text could decide about it. */
export interface OutputPattern {
  readonly matcher: RegExp;
  readonly open: RegExp | null;
}

/** @param pattern An expression with the flag `g` and a state of its own. */
export function outputPattern(pattern: RegExp): OutputPattern {
  return { matcher: pattern, open: openMatch(pattern) };
}

/** Finds what one pattern matches in a text that grows, each place once. */
export class MatchFinder {
  /** The first place of which it is not decided whether a match begins there. */
  next = 0;
  readonly pattern: OutputPattern;
  readonly bound: number;

  constructor(pattern: OutputPattern, bound: number) {
    this.pattern = pattern;
    this.bound = bound;
  }

  /** The matches that begin at newly decided places: also those that overlap, as one. */
  scan(text: string, isEnd: boolean): Range[] {
    const { matcher } = this.pattern;
    const first = isEnd ? text.length : this.firstOpen(text);
    const found: Range[] = [];
    matcher.lastIndex = this.next;
    while (matcher.lastIndex < first) {
      const match = matcher.exec(text);
      if (match === null || match.index >= first) break;
      const start = match.index;
      const end = start + match[0].length;
      const last = found.at(-1);
      if (last && start < last.end) last.end = Math.max(last.end, end);
      else if (end > start) found.push({ start, end });
      matcher.lastIndex = start + ((text.codePointAt(start) ?? 0) > 0xffff && matcher.unicode ? 2 : 1);
    }
    this.next = first;
    return found;
  }

  /** A place is decided when no match from it could still grow, or when as much as the bound allows stands there. */
  firstOpen(text: string): number {
    const { open } = this.pattern;
    const least = Math.min(text.length, Math.max(this.next, text.length - this.bound + 1));
    if (open === null) return characterAt(text, least);
    open.lastIndex = least;
    return characterAt(text, Math.max(least, open.exec(text)?.index ?? text.length));
  }
}

/** Where the character begins that has its unit here. */
function characterAt(text: string, at: number): number {
  const isHalf = at > 0 && (text.codePointAt(at - 1) ?? 0) > 0xffff;
  return isHalf ? at - 1 : at;
}
