import type { FinishReason } from '@melliflow/core';

/**
 * Why a chat ended, where watsonx has a word of its own. Null is no good end: the service broke the answer off, and
 * what came of it is a part.
 */
export const chatFinish: ReadonlyMap<string, FinishReason | null> = new Map<string, FinishReason | null>([
  ['cancelled', null],
  ['error', null],
]);

const rawFinish = new Map<string, FinishReason>([
  ['eos_token', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['token_limit', 'length'],
  ['time_limit', 'time_limit'],
]);

const broken = new Set(['not_finished', 'cancelled', 'error', '']);

/** Why a generation ended, in any case of letters; null when it did not end well. */
export function fromWatsonxFinish(reason: unknown): FinishReason | null {
  const word = typeof reason === 'string' ? reason.toLowerCase() : '';
  return broken.has(word) ? null : (rawFinish.get(word) ?? 'other');
}
