import type { GenerationWarning, RawCall } from '@melliflow/core';
import { toRawFields, type WireFields } from '@melliflow/openai-wire';
import { ignoredInRaw } from './from-hf-fingerprint.js';
import { toHfGrammar } from './to-hf-format.js';

/** Raw prompts as they are asked for. */
export interface RawRequest {
  readonly body: WireFields;
  readonly warnings: readonly GenerationWarning[];
  readonly choicesPerPrompt: number;
  readonly expectsLogprobs: boolean;
  readonly warningsOf: (fingerprint: string) => readonly GenerationWarning[];
}

/** The request of a batch, or of one prompt of it. `providerOptions.hf` goes over everything, untouched. */
export function toRawRequest(
  { modelOptions, format }: RawCall,
  prompts: readonly string[],
  model: string,
): RawRequest {
  const options = toRawFields(modelOptions);
  const grammar = toHfGrammar(format);
  const own = modelOptions.providerOptions?.hf;
  return {
    warnings: [...options.warnings, ...grammar.warnings],
    choicesPerPrompt: typeof own?.n === 'number' ? own.n : 1,
    expectsLogprobs: Boolean(modelOptions.logprobs),
    warningsOf: (fingerprint) => ignoredInRaw(fingerprint, modelOptions, format !== null),
    body: {
      model,
      // Servers that take no list take a list of one no better.
      prompt: prompts.length === 1 ? prompts[0] : prompts,
      ...options.fields,
      // What TGI calls its log probabilities.
      ...(modelOptions.logprobs && { details: true }),
      ...grammar.fields,
      ...own,
    },
  };
}
