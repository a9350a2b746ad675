import type { GenerationWarning, ModelOptions } from '@melliflow/core';
import { unsupportedOption } from '@melliflow/provider-kit';

/** Our option -> the field on the wire. */
const fields: readonly (readonly [option: keyof ModelOptions, field: string])[] = [
  ['temperature', 'temperature'],
  ['maxNewTokens', 'max_tokens'],
  ['topP', 'top_p'],
  ['seed', 'seed'],
  ['stop', 'stop'],
  ['presencePenalty', 'presence_penalty'],
  ['frequencyPenalty', 'frequency_penalty'],
];

/** The options that the wire has no field for: each is a warning, never dropped without a word. */
const missing: readonly (keyof ModelOptions)[] = ['topK', 'minP', 'repetitionPenalty', 'contextWindow'];

/** The fields of the request, and what it cannot say. */
export function toResponsesOptions(options: ModelOptions): { fields: object; warnings: GenerationWarning[] } {
  const given = ([option]: readonly [keyof ModelOptions, ...unknown[]]): boolean =>
    options[option] !== undefined;
  return {
    fields: Object.fromEntries(fields.filter(given).map(([option, field]) => [field, options[option]])),
    warnings: missing
      .filter((option) => given([option]))
      .map((option) => unsupportedOption(option, `Responses does not take ${option}; it is left out.`)),
  };
}
