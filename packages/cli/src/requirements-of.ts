import type { Requirement } from '@melliflow/core';
import {
  balancedFences,
  batchedJudge,
  citesSources,
  jsonSchemaSoFar,
  language,
  lengthLimit,
  noPersonalData,
  noRepetition,
  noSecrets,
} from '@melliflow/guardrails';
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
  const { maxSentences, maxWords, maxCharacters, forbid, languages, cite, jsonSchema, judge = [] } = options;
  const isLimited = maxWords !== undefined || maxCharacters !== undefined;
  const requirements = [
    ...(maxSentences === undefined ? [] : [new MaxSentences(maxSentences)]),
    ...(isLimited ? [lengthLimit({ maxWords, maxCharacters })] : []),
    ...(forbid === undefined ? [] : [new ForbidWords(forbid)]),
    ...(options.secrets ? [] : [noSecrets()]),
    ...(options.personalData ? [] : [noPersonalData()]),
    ...(options.repetition ? [] : [noRepetition()]),
    ...(languages === undefined ? [] : [language(languages)]),
    ...(cite === undefined ? [] : [citesSources(cite)]),
    ...judge.map((question) => batchedJudge(question)),
  ];
  const toTheCharacter = [
    ...(jsonSchema === undefined ? [] : [jsonSchemaSoFar(jsonSchema, { borders: 'none' })]),
    ...(options.balancedFences ? [balancedFences({ borders: 'none' })] : []),
  ];
  return [
    ...asking(requirements, askedAbout[options.chunking]),
    // Of these white space counts, which other chunks leave out.
    ...asking(toTheCharacter, 'delta'),
  ];
}

function asking(requirements: readonly Requirement[], chunking: ChunkingName | undefined): Requirement[] {
  return requirements.map((one) => (chunking ? Object.assign(one, { chunking }) : one));
}
