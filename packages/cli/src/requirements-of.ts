import type { Requirement } from '@melliflow/core';
import { language, lengthLimit, noPersonalData, noRepetition, noSecrets } from '@melliflow/guardrails';
import type { ChunkingName } from '@melliflow/streaming';
import { ForbidWords } from './requirements/forbid-words.js';
import { MaxSentences } from './requirements/max-sentences.js';
import type { StreamOptions } from './stream-options.js';

/**
 * Where the chunks that are shown cut words and phrases apart, or leave out more than white space, requirements are
 * asked about others: a chunk is shown when all that it is a part of has passed.
 */
const askedAbout: Partial<Record<ChunkingName, ChunkingName>> = {
  delta: 'intl-sentence',
  grapheme: 'intl-sentence',
  'intl-word': 'intl-sentence',
  code: 'word',
  json: 'word',
};

/** What the command line asks of the text. */
export function requirementsOf(options: StreamOptions): Requirement[] {
  const { maxSentences, maxWords, maxCharacters, forbid, languages } = options;
  const isLimited = maxWords !== undefined || maxCharacters !== undefined;
  const requirements = [
    ...(maxSentences === undefined ? [] : [new MaxSentences(maxSentences)]),
    ...(isLimited ? [lengthLimit({ maxWords, maxCharacters })] : []),
    ...(forbid === undefined ? [] : [new ForbidWords(forbid)]),
    ...(options.secrets ? [] : [noSecrets()]),
    ...(options.personalData ? [] : [noPersonalData()]),
    ...(options.repetition ? [] : [noRepetition()]),
    ...(languages === undefined ? [] : [language(languages)]),
  ];
  const chunking = askedAbout[options.chunking];
  return chunking ? requirements.map((one) => Object.assign(one, { chunking })) : requirements;
}
