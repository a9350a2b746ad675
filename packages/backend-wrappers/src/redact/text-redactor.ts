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
  const instead = (): string => replacement;
  return (text) => matchers.reduce<string>((clean, matcher) => clean.replaceAll(matcher, instead), text);
}

/** The pattern for all of its matches, with a state of its own. */
function matcherOf(pattern: unknown, name: string): string | RegExp {
  if (typeof pattern === 'string' && pattern !== '') return pattern;
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
