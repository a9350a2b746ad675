import type { Requirement } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { type ReadyRequirementInit, textRequirement } from './output-requirement.js';

/** What becomes of short texts, and how it is shown. */
export interface IsInLanguageInit extends ReadyRequirementInit {
  /** What becomes of texts that are too short to tell. Default `pass`. */
  whenUnsure?: 'pass' | 'fail' | undefined;
}

/**
 * The output is in a language, given by its code of two letters (ISO 639-1). The detector is loaded at the first
 * check; it knows 60 languages.
 *
 * @throws TypeError for what is no such code.
 *
 * @example
 * isInLanguage('fr');
 */
export function isInLanguage(code: string, init: IsInLanguageInit = {}): Requirement {
  if (typeof code !== 'string' || !/^[a-z]{2}$/.test(code))
    throw new TypeError(`code must be a language code of two letters, such as 'en', got ${describe(code)}.`);
  return textRequirement(`be in ${languageName(code)}`, init, async (text) => {
    const { eld } = await import('eld/small');
    const detected = eld.detect(text);
    if (detected.language === code) return true;
    if (detected.isReliable()) return [false, `it seems to be in ${languageName(detected.language)}`];
    return [init.whenUnsure !== 'fail', 'it is too short to tell its language'];
  });
}

function languageName(code: string): string {
  return new Intl.DisplayNames('en', { type: 'language' }).of(code) ?? code;
}
