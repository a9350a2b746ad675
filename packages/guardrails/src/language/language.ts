import type { Requirement } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { someTexts, wholeNumber } from '../text/checked.js';
import type { Rule } from '../text/rule.js';
import { type GuardrailInit, TextGuardrail } from '../text/text-guardrail.js';
import { isBlank } from '../text/unit-classes.js';

/** How languages are told. */
export interface LanguageInit extends GuardrailInit {
  /** How much text is looked at together, in UTF-16 units: less is sooner, more is surer. Default 200. */
  windowCharacters?: number | undefined;
}

/** The part of the detector that is used. */
interface Detector {
  detect(text: string): { readonly language: string; isReliable(): boolean };
}

interface LanguageState {
  /** What came since the last look. */
  window: string;
}

let detector: Detector | undefined;

async function loadDetector(): Promise<void> {
  detector ??= (await import('eld/small')).eld;
}

/**
 * The text is in one of these languages, by their codes of two letters (ISO 639-1). It is looked at window by window,
 * each ending with a word; one that is in another language without doubt fails. The detector, `eld`, is loaded at the
 * first check; it knows 60 languages.
 *
 * @throws TypeError for what is no such code.
 *
 * @example
 * language(['en']);
 */
export function language(codes: readonly string[], init: LanguageInit = {}): Requirement {
  const { windowCharacters = 200, ...rest } = init;
  const size = wholeNumber('windowCharacters', windowCharacters, 20);
  const allowed = someTexts('codes', codes);
  for (const [i, code] of allowed.entries())
    if (!/^[a-z]{2}$/.test(code))
      throw new TypeError(`codes[${i}] must be two letters such as 'en', got ${describe(code)}.`);
  const names = new Intl.DisplayNames('en', { type: 'language' });

  const faultIn = (text: string): string | null => {
    const detected = (detector as Detector).detect(text);
    if (detected.language === '' || allowed.includes(detected.language) || !detected.isReliable())
      return null;
    return `It seems to be in ${names.of(detected.language) ?? detected.language}.`;
  };
  const rule: Rule<LanguageState> = {
    load: loadDetector,
    start: () => ({ window: '' }),
    read(state, unit) {
      state.window += String.fromCharCode(unit);
      const { length } = state.window;
      // Scripts without spaces end a window where it is twice as long.
      if (length < size || (!isBlank(unit) && length < size * 2)) return null;
      const { window } = state;
      state.window = '';
      return faultIn(window);
    },
    end: (state) => (state.window.trim() === '' ? null : faultIn(state.window)),
    couldEnd: () => true,
  };
  const wanted = allowed.map((code) => names.of(code) ?? code).join(' or ');
  return new TextGuardrail(`be in ${wanted}`, rule, rest);
}
