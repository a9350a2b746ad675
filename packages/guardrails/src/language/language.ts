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
  /** The words since the last look, and those that were looked at last. */
  window: string;
  before: string;
  /** The word under way. */
  word: string;
}

/** What the detector knows. */
const known: ReadonlySet<string> = new Set(
  (
    'am ar az be bg bn ca cs da de el en es et eu fa fi fr gu he hi hr hu hy is it ja ka kn ko ku lo lt lv ml mr ms nl no ' +
    'or pa pl pt ro ru sk sl sq sr sv ta te th tl tr uk ur vi yo zh'
  ).split(' '),
);

/** Of fewer letters nobody could tell: "In Berlin." is German and English. */
const LEAST = 30;
/** A longer word is cut: scripts without spaces have such. */
const LONGEST = 64;

let detector: Detector | undefined;

async function loadDetector(): Promise<void> {
  detector ??= (await import('eld/small')).eld;
}

/**
 * The text is in one of these languages, by their codes of two letters (ISO 639-1). It is looked at window by window,
 * each ending with a word; one that is in another language without doubt fails. Numbers, addresses, names of code and
 * what else is no word are left out, and less than 30 letters are in no language. The detector, `eld`, is loaded at
 * the first check; it knows 60 languages.
 *
 * @throws TypeError for a code that is none of these.
 *
 * @example
 * language(['en']);
 */
export function language(codes: readonly string[], init: LanguageInit = {}): Requirement {
  const { windowCharacters = 200, ...rest } = init;
  const size = wholeNumber('windowCharacters', windowCharacters, 20);
  const allowed = someTexts('codes', codes);
  for (const [i, code] of allowed.entries())
    if (!known.has(code))
      throw new TypeError(`codes[${i}] must be one of ${[...known].join(', ')}; got ${describe(code)}.`);
  const names = new Intl.DisplayNames('en', { type: 'language' });

  const faultIn = (text: string): string | null => {
    if (text.length < LEAST) return null;
    const detected = (detector as Detector).detect(text);
    if (detected.language === '' || allowed.includes(detected.language) || !detected.isReliable())
      return null;
    return `It seems to be in ${names.of(detected.language) ?? detected.language}.`;
  };
  const rule: Rule<LanguageState> = {
    load: loadDetector,
    start: () => ({ window: '', before: '', word: '' }),
    read(state, unit) {
      const endsWord = isBlank(unit);
      if (!endsWord) state.word += String.fromCharCode(unit);
      if (!endsWord && state.word.length < LONGEST) return null;
      state.window = withWord(state);
      state.word = '';
      if (state.window.length < size) return null;
      state.before = state.window;
      state.window = '';
      return faultIn(state.before);
    },
    // A short rest tells little by itself.
    end(state) {
      const rest = withWord(state);
      return faultIn(rest.length < size / 2 ? state.before + rest : rest);
    },
    couldEnd: () => true,
  };
  const wanted = allowed.map((code) => names.of(code) ?? code).join(' or ');
  return new TextGuardrail(`be in ${wanted}`, rule, rest);
}

/** A word as prose has them; not `a.b`, `x_1`, `camelCase` or 12. */
const wordOfProse = /^[^\p{L}]*((?:[\p{L}\p{M}'’-]|[^\0-\x7f])+)[^\p{L}]*$/u;
const nameOfCode = /\p{Ll}\p{Lu}/u;

function withWord({ window, word }: LanguageState): string {
  const found = wordOfProse.exec(word)?.[1];
  return found === undefined || nameOfCode.test(found) ? window : `${window}${found} `;
}
