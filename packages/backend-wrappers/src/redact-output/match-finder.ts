import type { PatternGroup } from './pattern-group.js';

/** A part of a text, from its first unit to the one after its last. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Finds what patterns match in a text that grows, each place once. */
export class MatchFinder {
  /** The first place of which it is not decided whether a match begins there. */
  next = 0;
  readonly groups: readonly PatternGroup[];

  constructor(groups: readonly PatternGroup[]) {
    this.groups = groups;
  }

  /** The matches that begin at newly decided places, by their beginnings; also those that overlap. */
  scan(text: string, isEnd: boolean): Range[] {
    const first = isEnd ? text.length : this.firstOpen(text);
    const found: Range[] = [];
    for (const { any, matchers } of this.groups) {
      any.lastIndex = this.next;
      if (first === this.next || (any.exec(text)?.index ?? first) >= first) continue;
      for (const matcher of matchers) collect(matcher, text, this.next, first, found);
    }
    this.next = first;
    return found.sort((a, b) => a.start - b.start);
  }

  /** A place is decided when no match from it could still grow, or when as much as the bound allows stands there. */
  firstOpen(text: string): number {
    let first = text.length;
    for (const { open, bound } of this.groups) {
      const least = Math.max(this.next, text.length - bound + 1);
      if (least >= first) continue;
      if (open !== null) open.lastIndex = least;
      first = open === null ? least : Math.min(first, open.exec(text)?.index ?? first);
    }
    return Math.max(this.next, characterAt(text, first));
  }
}

/** Adds the matches of one pattern that begin in a part of the text. */
function collect(matcher: RegExp, text: string, from: number, to: number, found: Range[]): void {
  matcher.lastIndex = from;
  for (let match = matcher.exec(text); match !== null && match.index < to; match = matcher.exec(text)) {
    const start = match.index;
    if (match[0] !== '') found.push({ start, end: start + match[0].length });
    matcher.lastIndex = start + ((text.codePointAt(start) ?? 0) > 0xffff && matcher.unicode ? 2 : 1);
  }
}

/** Where the character begins that has its unit here. */
function characterAt(text: string, at: number): number {
  const isHalf = at > 0 && (text.codePointAt(at - 1) ?? 0) > 0xffff;
  return isHalf ? at - 1 : at;
}
