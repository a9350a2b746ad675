import type { Requirement } from '@melliflow/core';
import { wholeNumber } from '../text/checked.js';
import { allOf } from '../text/rule.js';
import { type GuardrailInit, TextGuardrail } from '../text/text-guardrail.js';
import { loopRule } from './loop-rule.js';
import { phraseRule } from './phrase-rule.js';

/** What counts as repetition. */
export interface NoRepetitionInit extends GuardrailInit {
  /** How often the same must come. Default 4. */
  times?: number | undefined;
  /** How many words make a phrase that may not come so often. Default 12. */
  words?: number | undefined;
  /** Within how many words phrases are counted. Default 300. */
  withinWords?: number | undefined;
  /** How long a piece that follows itself must be with all its repetitions, in UTF-16 units. Default 120; eight times as much without a letter. */
  loopCharacters?: number | undefined;
}

/**
 * No phrase of twelve words four times, and no piece of text, of whatever characters, four times in a row: the loops
 * that models fall into. Refrains are shorter or further apart, rules and the rows of tables shorter, and what code
 * repeats is no phrase: they pass.
 *
 * @throws TypeError when a setting is no whole number, or too small to mean repetition.
 *
 * @example
 * noRepetition({ times: 3 });
 */
export function noRepetition(init: NoRepetitionInit = {}): Requirement {
  const { times = 4, words = 12, withinWords = 300, loopCharacters = 120, ...rest } = init;
  wholeNumber('times', times, 2);
  const rule = allOf([
    loopRule({ times, characters: wholeNumber('loopCharacters', loopCharacters, 2) }),
    phraseRule({
      times,
      words: wholeNumber('words', words, 1),
      within: wholeNumber('withinWords', withinWords, 1),
    }),
  ]);
  return new TextGuardrail('do not repeat yourself', rule, rest);
}
