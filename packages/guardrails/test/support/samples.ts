import type { Requirement } from '@melliflow/core';
import {
  balancedFences,
  bannedTerms,
  citesSources,
  type GuardrailInit,
  jsonSchemaSoFar,
  lengthLimit,
  noPersonalData,
  noRepetition,
  noSecrets,
  sentenceLimit,
} from '../../src/index.js';

/** A guardrail, and pieces of which texts are made that come near its limits. */
export interface Sample {
  readonly make: (init?: GuardrailInit) => Requirement;
  readonly pieces: readonly string[];
}

/** Keys are put together here, so that no scanner takes this file for a leak. */
export const githubToken: string = ['gh', 'p_', 'aB3d'.repeat(9)].join('');
export const awsKey: string = ['AK', 'IA', 'QRSTUVWXYZ234567'].join('');

const city = {
  type: 'object',
  properties: { city: { enum: ['Rome', 'Oslo'] }, sizes: { type: 'array', items: { type: 'integer' } } },
  required: ['city'],
  additionalProperties: false,
};

/** Every guardrail that needs neither a model nor a library. */
export const samples: Readonly<Record<string, Sample>> = {
  bannedTerms: {
    make: (init) => bannedTerms(['straße', 'risk free', 'art', 'né'], init),
    pieces: ['STRASSE', 'straße', 'risk', 'free', 'art', 'st', 'ne\u0301', ' ', '\n', '\u00ad', '😀', 'a'],
  },
  'bannedTerms in parts of words': {
    make: (init) => bannedTerms(['art', 'rta', '殺す'], { wholeWords: false, ...init }),
    pieces: ['a', 'r', 't', 'ART', '殺', 'す', '\ud83d', '\ude00', ' '],
  },
  noSecrets: {
    make: noSecrets,
    pieces: [
      githubToken,
      awsKey,
      githubToken.slice(0, 9),
      'api_key',
      '=',
      ': ',
      ' ',
      'x9Kd82nfQ0',
      'a1',
      'eyJ',
      '.',
    ],
  },
  noPersonalData: {
    make: noPersonalData,
    pieces: [
      'ann',
      '@',
      'example',
      '.',
      'org',
      '+49',
      ' 30',
      '1234',
      '4111',
      ' ',
      'DE89',
      '3704',
      '0044',
      '0532',
      '013000',
      ':',
    ],
  },
  lengthLimit: {
    make: (init) => lengthLimit({ maxCharacters: 12, minWords: 2, ...init }),
    pieces: ['a', 'bc', ' ', '😀', '\ud83d'],
  },
  sentenceLimit: {
    make: (init) => sentenceLimit(2, init),
    pieces: ['One', '.', '!', ' ', '。', '”', ')', '\n'],
  },
  noRepetition: {
    make: (init) => noRepetition({ times: 3, words: 2, withinWords: 8, loopCharacters: 24, ...init }),
    pieces: ['ab', 'ab', 'abcdefgh', ' ', 'cd', 'x'],
  },
  citesSources: {
    make: (init) => citesSources(['1', '2'], '[{id}]', { least: 2, ...init }),
    pieces: ['[', ']', '1', '2', '3', ', ', 'x', ' '],
  },
  balancedFences: {
    make: balancedFences,
    pieces: ['```', '~~~', '`', '~', '\n', ' ', 'js', '\r\n'],
  },
  jsonSchemaSoFar: {
    make: (init) => jsonSchemaSoFar(city, init),
    pieces: [
      '{',
      '}',
      '"city"',
      ':',
      '"Ro',
      'me"',
      '"Rome"',
      ',',
      '"sizes"',
      '[',
      '1',
      '.5',
      ']',
      ' ',
      '\\u0052ome"',
    ],
  },
};
