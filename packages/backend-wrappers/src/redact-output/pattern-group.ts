import { farthestLook, longestMatch } from './longest-match.js';
import { openMatch } from './open-match.js';
import { type Choices, refersBack, someStep, stepsOf } from './pattern-steps.js';

/** Patterns that are asked as one, so that most pieces of a text cost one question, not one a pattern. */
export interface PatternGroup {
  /** Each by itself, to be asked at one place (flag `y`). */
  readonly matchers: readonly RegExp[];
  /** Finds where one of them matches (flag `g`), and tells whether one does at a place (`y`). */
  readonly any: RegExp;
  readonly anyHere: RegExp;
  /** Matches where more text could decide about one of them; null: this is not known. */
  readonly open: RegExp | null;
  /** The longest match that they wait for, in UTF-16 units. */
  readonly bound: number;
  /** How much of what went out they may still look at. */
  readonly lookBehind: number;
}

interface ReadPattern {
  readonly matcher: RegExp;
  readonly open: string | null;
  readonly longest: number;
  readonly lookBehind: number;
  /** Whether it means the same within a longer expression. */
  readonly canJoin: boolean;
}

/** @param maxMatchLength What patterns wait for that set no limit themselves. */
export function patternGroups(matchers: readonly RegExp[], maxMatchLength: number): PatternGroup[] {
  const groups = new Map<unknown, ReadPattern[]>();
  for (const matcher of matchers) {
    const one = readPattern(matcher);
    const key = one.canJoin ? `${matcher.flags} ${Number.isFinite(one.longest)}` : one;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((patterns) => groupOf(patterns, maxMatchLength));
}

function readPattern(matcher: RegExp): ReadPattern {
  const { unicode, flags } = matcher;
  const endless = Number.POSITIVE_INFINITY;
  if (flags.includes('v'))
    return { matcher, open: null, longest: endless, lookBehind: endless, canJoin: false };
  const steps = stepsOf(matcher);
  const open = openMatch(steps);
  return {
    matcher,
    open,
    longest: longestMatch(steps, unicode),
    lookBehind: farthestLook(steps, unicode),
    canJoin: open !== null && !someStep(steps, refersBack) && !hasNames(steps),
  };
}

function hasNames(steps: Choices): boolean {
  return someStep(steps, ({ source }) => /^\(\?<[^=!]/.test(source));
}

function groupOf(patterns: readonly ReadPattern[], maxMatchLength: number): PatternGroup {
  const matchers = patterns.map(({ matcher }) => matcher);
  const flags = matchers[0]?.flags ?? '';
  const any = joined(matchers.map(sourceOf));
  const here = flags.replace('g', 'y');
  const opens = patterns.map(({ open }) => open);
  const bounds = patterns.map(({ longest }) => (Number.isFinite(longest) ? longest : maxMatchLength));
  const looks = patterns.map(({ lookBehind }) => (Number.isFinite(lookBehind) ? lookBehind : maxMatchLength));
  return {
    matchers: matchers.map((matcher) => new RegExp(matcher, here)),
    any: new RegExp(any, flags),
    anyHere: new RegExp(any, here),
    open: opens.includes(null) ? null : new RegExp(joined(opens as string[]), flags),
    bound: Math.max(...bounds),
    lookBehind: Math.max(...looks),
  };
}

function sourceOf({ source }: RegExp): string {
  return source;
}

function joined(sources: readonly string[]): string {
  return sources.map((source) => `(?:${source})`).join('|');
}
