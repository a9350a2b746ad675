import type { Pattern } from './pattern-rule.js';
import { personalPatterns, phonePatterns } from './personal-patterns.js';
import { secretForms } from './secret-patterns.js';

/**
 * The keys, tokens and passwords that `noSecrets` knows by their form, as regular expressions that take in the whole of
 * each, however early a stream would stop: for `redactOutput` and `redact`, which replace instead of failing. Values that
 * only look random beside a word such as password are not among them.
 *
 * @example
 * redactOutput(backend, { patterns: [...secretPatterns, ...piiPatterns] });
 */
export const secretPatterns: readonly RegExp[] = secretForms.map(expressionOf);

/**
 * The personal data that `noPersonalData` knows, of all kinds and countries, for the same use. An expression cannot add
 * up check digits: what has the form of a card or account number goes.
 */
export const piiPatterns: readonly RegExp[] = [
  ...Object.values(personalPatterns).flat(),
  ...Object.values(phonePatterns),
].map(expressionOf);

function expressionOf({ pattern, full = pattern, whole, apart }: Pattern): RegExp {
  const before = `(?<![A-Za-z0-9])${apart ? '(?<!\\d[\\s.-])' : ''}`;
  return new RegExp(`${before}(?:${full})${whole ? '(?![A-Za-z0-9])' : ''}`);
}
