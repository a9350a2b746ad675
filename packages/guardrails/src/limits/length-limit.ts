import type { Requirement } from '@melliflow/core';
import { wholeNumber } from '../text/checked.js';
import type { Rule } from '../text/rule.js';
import { type GuardrailInit, TextGuardrail } from '../text/text-guardrail.js';
import { isBlank, isHighSurrogate, isLowSurrogate } from '../text/unit-classes.js';

/** How long a text may be; at least one bound must be given. */
export interface LengthLimitInit extends GuardrailInit {
  /** In code points, so that an emoji of one code point is one. */
  maxCharacters?: number | undefined;
  minCharacters?: number | undefined;
  /** A word is what stands between white space. */
  maxWords?: number | undefined;
  minWords?: number | undefined;
}

interface LengthState {
  characters: number;
  words: number;
  inWord: boolean;
  afterHigh: boolean;
}

/**
 * A text of a certain length. What is too long fails at the first character over the limit; what is too short, only as
 * a whole. In a stream, what a chunker left out between two chunks counts as one character, or as none where `borders`
 * is `none`.
 *
 * @throws TypeError when no bound is given, one is no whole number, or two contradict each other.
 *
 * @example
 * lengthLimit({ maxWords: 150 });
 */
export function lengthLimit(init: LengthLimitInit): Requirement {
  const { minCharacters, maxCharacters, minWords, maxWords, ...rest } = init;
  const characters = bounds('Characters', minCharacters, maxCharacters);
  const words = bounds('Words', minWords, maxWords);
  const parts = [said(characters, 'characters'), said(words, 'words')].filter((part) => part !== '');
  if (parts.length === 0)
    throw new TypeError(
      'lengthLimit needs one of minCharacters, maxCharacters, minWords and maxWords, got none.',
    );
  const rule: Rule<LengthState> = {
    start: () => ({ characters: 0, words: 0, inWord: false, afterHigh: false }),
    read(state, unit) {
      if (!(state.afterHigh && isLowSurrogate(unit))) state.characters += 1;
      state.afterHigh = isHighSurrogate(unit);
      const inWord = !isBlank(unit);
      if (inWord && !state.inWord) state.words += 1;
      state.inWord = inWord;
      return tooMany(characters, state.characters, 'characters') ?? tooMany(words, state.words, 'words');
    },
    end: (state) => tooFew(characters, state.characters, 'characters') ?? tooFew(words, state.words, 'words'),
  };
  return new TextGuardrail(`have ${parts.join(' and ')}`, rule, rest);
}

interface Bounds {
  readonly least: number;
  readonly most: number;
}

function bounds(what: string, min: number | undefined, max: number | undefined): Bounds {
  const least = min === undefined ? 0 : wholeNumber(`min${what}`, min, 0);
  const most = max === undefined ? Number.POSITIVE_INFINITY : wholeNumber(`max${what}`, max, 0);
  if (least <= most) return { least, most };
  throw new TypeError(`min${what} must be at most max${what}, got ${least} and ${most}.`);
}

function said({ least, most }: Bounds, what: string): string {
  const parts = [
    least > 0 ? `at least ${least}` : '',
    most < Number.POSITIVE_INFINITY ? `at most ${most}` : '',
  ];
  const given = parts.filter((part) => part !== '').join(' and ');
  return given === '' ? '' : `${given} ${what}`;
}

function tooMany({ most }: Bounds, count: number, what: string): string | null {
  return count > most ? `It has more than ${most} ${what}.` : null;
}

function tooFew({ least }: Bounds, count: number, what: string): string | null {
  return count < least ? `It has ${count} ${what}; at least ${least} are asked for.` : null;
}
