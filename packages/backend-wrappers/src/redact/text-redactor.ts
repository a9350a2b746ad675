import { describe } from '@melliflow/core/implement';
import { requireFunction, wrongSetting } from '../setting-checks.js';

/** What is taken out of prompts. */
export interface RedactOptions {
  /** Texts and expressions; every match goes. */
  patterns?: readonly (string | RegExp)[] | undefined;
  /** What stands in place of a match. Default `[redacted]`. */
  replacement?: string | undefined;
  /** A function of your own that gives the text without what must not be sent, instead of patterns. */
  redactor?: ((text: string) => string) | undefined;
}

/** A text without what must not be sent. */
export type TextRedactor = (text: string) => string;

const owner = 'redact';

/** @throws TypeError that names the setting, what it got and what it takes. */
export function textRedactor(options: RedactOptions): TextRedactor {
  const { patterns, replacement = '[redacted]', redactor } = options ?? {};
  if ((patterns === undefined) === (redactor === undefined)) {
    throw wrongSetting(owner, 'options', 'an object with patterns or with a redactor', options);
  }
  requireFunction(owner, 'redactor', redactor);
  if (redactor !== undefined) return (text) => requireText(redactor(text));
  if (typeof replacement !== 'string') throw wrongSetting(owner, 'replacement', 'a text', replacement);
  if (!Array.isArray(patterns) || patterns.length === 0) {
    throw wrongSetting(owner, 'patterns', 'an array with at least one pattern', patterns);
  }
  const matchers = patterns.map((pattern: unknown, index) => matcherOf(pattern, `patterns[${index}]`));
  return (text) => withoutSpans(text, spansOf(text, matchers), replacement);
}

/** From where to where a match is. */
type Span = readonly [start: number, end: number];

/** All matches in the text as it is, first ones first: what one takes out must not hide a part of another. */
function spansOf(text: string, matchers: readonly RegExp[]): Span[] {
  const spans = matchers.flatMap((matcher) =>
    Array.from(text.matchAll(matcher), ({ index, 0: { length } }): Span => [index, index + length]),
  );
  return spans.filter(([start, end]) => end > start).sort(([a], [b]) => a - b);
}

/** Matches that overlap are one. */
function withoutSpans(text: string, spans: readonly Span[], replacement: string): string {
  const kept: string[] = [];
  let last = 0;
  for (const [start, end] of spans) {
    if (start >= last) kept.push(text.slice(last, start), replacement);
    last = Math.max(last, end);
  }
  return kept.length > 0 ? kept.join('') + text.slice(last) : text;
}

/** The pattern for all of its matches, with a state of its own. */
function matcherOf(pattern: unknown, name: string): RegExp {
  if (typeof pattern === 'string' && pattern !== '')
    return new RegExp(pattern.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'g');
  if (!(pattern instanceof RegExp)) {
    throw wrongSetting(owner, name, 'a RegExp or a text that is not empty', pattern);
  }
  const matcher = new RegExp(pattern.source, `${pattern.flags.replace(/[gy]/g, '')}g`);
  if (''.search(matcher) === -1) return matcher;
  throw new TypeError(`redact: ${name} must not match the empty text; it is ${String(pattern)}.`);
}

function requireText(text: unknown): string {
  if (typeof text === 'string') return text;
  throw new TypeError(`redact: redactor must give a text, got ${describe(text)}.`);
}
