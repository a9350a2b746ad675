import type { GenerationWarning } from '@melliflow/core';
import { unsupportedOption } from './unsupported-option.js';

/** Told where a reply does not count its tokens. */
export const noUsage: GenerationWarning = { kind: 'other', message: 'The server did not tell the usage.' };

/** Told where log probabilities were asked for: servers that have none leave the question out without a word. */
export const noLogprobs: GenerationWarning = unsupportedOption(
  'logprobs',
  'The server gave no log probabilities.',
);
