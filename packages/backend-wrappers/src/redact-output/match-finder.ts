import type { PatternGroup } from './pattern-group.js';

/** What a pattern matches in a text: from its first unit to the one after its last. */
export interface Match {
  readonly start: number;
  readonly end: number;
  /** The index of the pattern. */
  readonly pattern: number;
}

/** Finds what patterns match in a text that grows, each place once. */
export class MatchFinder {
  /** The first place of which it is not decided whether a match begins there. */
  next = 0;
  readonly groups: readonly PatternGroup[];

  constructor(groups: readonly PatternGroup[]) {
    this.groups = groups;
  }

  /** The matches that begin at newly decided places, by their beginnings, longest first; also those that overlap. */
  scan(text: string, isEnd: boolean): Match[] {
    const first = isEnd ? text.length : this.firstOpen(text);
    const found: Match[] = [];
    for (const group of this.groups) {
      for (const start of placesOf(group, text, this.next, first)) {
        for (const { matcher, indexOf } of group.matchers) {
          matcher.lastIndex = start;
          const match = matcher.exec(text)?.[0] ?? '';
          if (match !== '') found.push({ start, end: start + match.length, pattern: indexOf(match) });
        }
      }
    }
    this.next = first;
    return found.sort((a, b) => a.start - b.start || b.end - a.end);
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

/** Where in a part of the text one of the patterns matches. A search would go on past it, through all that is held. */
function placesOf({ any, anyHere }: PatternGroup, text: string, from: number, to: number): number[] {
  const isSearched = to - from > text.length - to;
  const places: number[] = [];
  for (let at = from; at < to; at += any.unicode && (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) {
    if (isSearched) {
      any.lastIndex = at;
      at = any.exec(text)?.index ?? to;
    } else anyHere.lastIndex = at;
    if (at < to && (isSearched || anyHere.test(text))) places.push(at);
  }
  return places;
}

/** Where the character begins that has its unit here. */
function characterAt(text: string, at: number): number {
  const isHalf = at > 0 && (text.codePointAt(at - 1) ?? 0) > 0xffff;
  return isHalf ? at - 1 : at;
}
