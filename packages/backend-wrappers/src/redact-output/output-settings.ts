import { requireNumber, wrongSetting } from '../setting-checks.js';
import { type OutputPattern, outputPattern } from './match-finder.js';

/** What is taken out of answers. */
export interface RedactOutputOptions {
  /** Texts and expressions; every match goes, and matches that overlap go as one. */
  patterns: readonly (string | RegExp)[];
  /** What stands in place of a match: no quotes, backslashes or control characters. Default `[redacted]`. */
  replacement?: string | undefined;
  /**
   * The longest match, in UTF-16 units and with what its expression looks ahead to: at most so much text is held back.
   * A longer match may pass. Default 256.
   */
  maxMatchLength?: number | undefined;
}

/** The settings of a wrapper, checked. */
export interface OutputSettings {
  readonly patterns: readonly OutputPattern[];
  readonly replacement: string;
  readonly maxMatchLength: number;
  /** How much of what went out an expression may still look back at. */
  readonly lookBehind: number;
}

const owner = 'redactOutput';

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
  const matchers: RegExp[] = [];
  const terms = new Set<string>();
  for (const [index, pattern] of patterns.entries()) {
    const name = `patterns[${index}]`;
    if (pattern instanceof RegExp) matchers.push(matcherOf(pattern, name));
    else for (const term of termsOf(pattern, name, maxMatchLength)) terms.add(term);
  }
  if (terms.size > 0) matchers.push(new RegExp(longestFirst(terms).map(escaped).join('|'), 'g'));
  return {
    patterns: matchers.map(outputPattern),
    replacement,
    maxMatchLength,
    lookBehind: matchers.some(({ source }) => /\(\?<[=!]/.test(source)) ? maxMatchLength : 1,
  };
}

/** The pattern for all of its matches, with a state of its own. */
function matcherOf(pattern: RegExp, name: string): RegExp {
  const matcher = new RegExp(pattern.source, `${pattern.flags.replace(/[dgy]/g, '')}g`);
  if (''.search(matcher) === -1) return matcher;
  throw new TypeError(`${owner}: ${name} must not match the empty text; it is ${String(pattern)}.`);
}

/** A text, and how it stands in a string of JSON. */
function termsOf(term: unknown, name: string, maxMatchLength: number): string[] {
  if (typeof term !== 'string' || term === '') {
    throw wrongSetting(owner, name, 'a RegExp or a text that is not empty', term);
  }
  const written = JSON.stringify(term).slice(1, -1);
  if (written.length <= maxMatchLength) return [term, written];
  throw new TypeError(
    `${owner}: ${name} has ${written.length} characters; maxMatchLength must be at least that, got ${maxMatchLength}.`,
  );
}

/** Of two that begin at one place, the longer is to go. */
function longestFirst(terms: ReadonlySet<string>): string[] {
  return [...terms].sort((a, b) => b.length - a.length);
}

function escaped(term: string): string {
  return term.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
