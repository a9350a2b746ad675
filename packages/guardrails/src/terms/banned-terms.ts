import type { Requirement } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { someTexts } from '../text/checked.js';
import { type GuardrailInit, TextGuardrail } from '../text/text-guardrail.js';
import { termRule } from './term-rule.js';

/** How terms are looked for. */
export interface BannedTermsInit extends GuardrailInit {
  /** "art" is not found in "start". Scripts without spaces between words know no other way. Default true. */
  wholeWords?: boolean | undefined;
  /** Default false. */
  caseSensitive?: boolean | undefined;
  /** Whose upper and lower case, as a language tag: in `tr` the small letter of I is ı. Default: that of Unicode. */
  locale?: string | undefined;
}

/**
 * None of these words and phrases, also where a phrase goes on in the next chunk. White space of any kind and length is
 * one space; an accent may be a character of its own, a letter full-width, a soft hyphen in between.
 *
 * A whole word at the end of a chunk counts as ended where `borders` is `space`; else the next chunk decides.
 *
 * @throws TypeError for an empty list, an empty term or an unknown locale.
 *
 * @example
 * bannedTerms(['guaranteed returns', 'risk free']);
 */
export function bannedTerms(terms: readonly string[], init: BannedTermsInit = {}): Requirement {
  const { wholeWords = true, caseSensitive = false, locale, ...rest } = init;
  const checked = someTexts('terms', terms);
  checkLocale(locale);
  const quoted = checked.map((term) => JSON.stringify(term)).join(', ');
  const rule = termRule({ terms: checked, wholeWords, caseSensitive, locale });
  return new TextGuardrail(`use none of these terms: ${quoted}`, rule, rest);
}

function checkLocale(locale: string | undefined): void {
  if (locale === undefined) return;
  try {
    Intl.getCanonicalLocales(locale);
  } catch (cause) {
    throw new TypeError(`locale must be a language tag such as 'de', got ${describe(locale)}.`, { cause });
  }
}
