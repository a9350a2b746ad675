import { requireNumber, wrongSetting } from '../setting-checks.js';
import { type PatternGroup, patternGroups, type SoughtPattern } from './pattern-group.js';

/** What is taken out of answers. */
export interface RedactOutputOptions {
  /** Texts and expressions; every match goes, and matches that overlap go as one. */
  patterns: readonly (string | RegExp)[];
  /** What stands in place of a match: no quotes, backslashes or control characters. Default `[redacted]`. */
  replacement?: string | undefined;
  /**
   * Of expressions that set no limit themselves, such as `\d+`, the longest match that is waited for, in UTF-16 units
   * and with what it looks ahead to; the rest of a longer one may pass. Default 256. Others, such as `\d{12,19}`, wait
   * for their own longest.
   */
  maxMatchLength?: number | undefined;
}

/** The settings of a wrapper, checked. */
export interface OutputSettings {
  readonly groups: readonly PatternGroup[];
  readonly replacement: string;
  /** How much of what went out an expression may still look back at. */
  readonly lookBehind: number;
  /** How much is looked at together: more would cost more than it saves. */
  readonly pieceLength: number;
  /** What another wrapper must have to change answers alike. */
  readonly identity: unknown;
}

const owner = 'redactOutput';
const LEAST_PIECE = 256;

/** @throws TypeError that names the setting, what it got and what it takes. */
export function outputSettings(options: RedactOutputOptions): OutputSettings {
  const { patterns, replacement = '[redacted]', maxMatchLength = 256 } = options ?? {};
  if (!Array.isArray(patterns) || patterns.length === 0) {
    throw wrongSetting(owner, 'patterns', 'an array with at least one pattern', patterns);
  }
  // A quote or a backslash would end a string of JSON, and an empty text could join its neighbours to a match.
  if (typeof replacement !== 'string' || !/^[^"'`\\\p{Cc}]+$/u.test(replacement)) {
    const must = 'a text that is not empty, without quotes, backslashes and control characters';
    throw wrongSetting(owner, 'replacement', must, replacement);
  }
  requireNumber(owner, 'maxMatchLength', maxMatchLength, 1);
  if (!Number.isInteger(maxMatchLength)) {
    throw wrongSetting(owner, 'maxMatchLength', 'a whole number', maxMatchLength);
  }
  const sought: SoughtPattern[] = [];
  const terms = new Map<string, number>();
  for (const [index, pattern] of patterns.entries()) {
    const name = `patterns[${index}]`;
    if (pattern instanceof RegExp) sought.push({ matcher: matcherOf(pattern, name), indexOf: () => index });
    else for (const term of termsOf(pattern, name)) terms.set(term, terms.get(term) ?? index);
  }
  if (terms.size > 0) {
    const matcher = new RegExp(longestFirst(terms.keys()).map(escaped).join('|'), 'g');
    sought.push({ matcher, indexOf: (term) => terms.get(term) as number });
  }
  const groups = patternGroups(sought, maxMatchLength);
  return {
    groups,
    replacement,
    lookBehind: Math.max(...groups.map(({ lookBehind }) => lookBehind)),
    pieceLength: Math.max(LEAST_PIECE, ...groups.map(({ bound }) => bound)),
    identity: [sought.map(({ matcher }) => String(matcher)), replacement, maxMatchLength],
  };
}

/** The pattern for all of its matches, with a state of its own. */
function matcherOf(pattern: RegExp, name: string): RegExp {
  const matcher = new RegExp(pattern.source, `${pattern.flags.replace(/[dgy]/g, '')}g`);
  if (''.search(matcher) === -1) return matcher;
  throw new TypeError(`${owner}: ${name} must not match the empty text; it is ${String(pattern)}.`);
}

/** A text, and how it stands in a string of JSON. */
function termsOf(term: unknown, name: string): string[] {
  if (typeof term === 'string' && term !== '') return [term, JSON.stringify(term).slice(1, -1)];
  throw wrongSetting(owner, name, 'a RegExp or a text that is not empty', term);
}

/** Of two that begin at one place, the longer is to go. */
function longestFirst(terms: Iterable<string>): string[] {
  return [...terms].sort((a, b) => b.length - a.length);
}

function escaped(term: string): string {
  return term.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
