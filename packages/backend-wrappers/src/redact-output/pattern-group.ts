import { farthestLook, longestMatch } from './longest-match.js';
import { openMatch } from './open-match.js';
import { type Choices, refersBack, someStep, stepsOf } from './pattern-steps.js';

/** An expression, and the index that the pattern has of which this is a match. */
export interface SoughtPattern {
  readonly matcher: RegExp;
  readonly indexOf: (match: string) => number;
}

/** Patterns that are asked as one, so that most pieces of a text cost one question, not one a pattern. */
export interface PatternGroup {
  /** Each by itself, to be asked at one place (flag `y`). */
  readonly matchers: readonly SoughtPattern[];
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

interface ReadPattern extends SoughtPattern {
  readonly open: string | null;
  readonly longest: number;
  readonly lookBehind: number;
  /** Whether it means the same within a longer expression. */
  readonly canJoin: boolean;
}

/** @param maxMatchLength What patterns wait for that set no limit themselves. */
export function patternGroups(sought: readonly SoughtPattern[], maxMatchLength: number): PatternGroup[] {
  const groups = new Map<unknown, ReadPattern[]>();
  for (const pattern of sought) {
    const one = readPattern(pattern);
    const key = one.canJoin ? `${one.matcher.flags} ${Number.isFinite(one.longest)}` : one;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((patterns) => groupOf(patterns, maxMatchLength));
}

function readPattern(sought: SoughtPattern): ReadPattern {
  const { matcher } = sought;
  const { unicode, flags } = matcher;
  const endless = Number.POSITIVE_INFINITY;
  if (flags.includes('v'))
    return { ...sought, open: null, longest: endless, lookBehind: endless, canJoin: false };
  const steps = stepsOf(matcher);
  const open = openMatch(steps);
  return {
    ...sought,
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
    matchers: patterns.map(({ matcher, indexOf }) => ({ matcher: new RegExp(matcher, here), indexOf })),
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
