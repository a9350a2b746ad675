import type { GenerationWarning, ModelOptions } from '@melliflow/core';
import type { WireFields, WireOptions } from '@melliflow/openai-wire';
import { idleInRaw, unsupportedOption } from '@melliflow/provider-kit';

type Row = readonly [option: keyof ModelOptions, to: (value: never) => WireFields];

/** Our option -> the parameter of the SDK's chat methods. */
const chat: readonly Row[] = [
  ['temperature', (temperature: number) => ({ temperature })],
  ['maxNewTokens', (maxCompletionTokens: number) => ({ maxCompletionTokens })],
  ['seed', (seed: number) => ({ seed })],
  ['thinking', toReasoning],
  ['topP', (topP: number) => ({ topP })],
  ['stop', (stop: readonly string[]) => ({ stop })],
  [
    'logprobs',
    (wanted: boolean | number) =>
      wanted === false ? {} : { logprobs: true, ...(typeof wanted === 'number' && { topLogprobs: wanted }) },
  ],
  ['presencePenalty', (presencePenalty: number) => ({ presencePenalty })],
  ['frequencyPenalty', (frequencyPenalty: number) => ({ frequencyPenalty })],
  ['repetitionPenalty', (repetitionPenalty: number) => ({ repetitionPenalty })],
];

/** Our option -> its name among the `parameters` of a generation. */
const raw: readonly Row[] = [
  // Zero is what the other way of decoding is.
  ['temperature', (temperature: number) => (temperature === 0 ? {} : { temperature })],
  ['maxNewTokens', (max_new_tokens: number) => ({ max_new_tokens })],
  ['seed', (random_seed: number) => ({ random_seed })],
  ['topP', (top_p: number) => ({ top_p })],
  ['topK', (top_k: number) => ({ top_k })],
  ['stop', (stop_sequences: readonly string[]) => ({ stop_sequences })],
  [
    'logprobs',
    (wanted: boolean | number) => (wanted === false ? {} : { return_options: toReturned(wanted) }),
  ],
  ['repetitionPenalty', (repetition_penalty: number) => ({ repetition_penalty })],
];

/** They act only where tokens are drawn by chance. */
const ofSampling = ['temperature', 'topP', 'topK', 'seed'] as const;

/** The parameters of a chat. */
export function toChatOptions(options: ModelOptions): WireOptions {
  return { fields: toFields(options, chat), warnings: unknownTo('A chat', options, ['topK', 'minP']) };
}

/** The `parameters` of a raw prompt. A stop text would stand in the answer unless told otherwise. */
export function toRawOptions(options: ModelOptions): WireOptions {
  const samples = options.temperature !== 0 && ofSampling.some((option) => options[option] !== undefined);
  return {
    fields: {
      decoding_method: samples ? 'sample' : 'greedy',
      include_stop_sequence: false,
      ...toFields(options, raw),
    },
    warnings: [
      ...unknownTo('A raw prompt', options, ['minP', 'presencePenalty', 'frequencyPenalty']),
      ...idleInRaw(options),
    ],
  };
}

function toFields(options: ModelOptions, rows: readonly Row[]): WireFields {
  const given = rows.filter(([option]) => options[option] !== undefined);
  return Object.assign({}, ...given.map(([option, to]) => to(options[option] as never)));
}

/** Thoughts can be asked for more or less of, and not be told; whether the model thinks is its own choice. */
function toReasoning(thinking: boolean | string): WireFields {
  return {
    includeReasoning: thinking !== false,
    ...(typeof thinking === 'string' && { reasoningEffort: thinking }),
  };
}

function toReturned(wanted: true | number): WireFields {
  const top = typeof wanted === 'number' && wanted > 0 ? { top_n_tokens: wanted } : {};
  return { generated_tokens: true, token_logprobs: true, ...top };
}

function unknownTo(
  what: string,
  options: ModelOptions,
  names: readonly (keyof ModelOptions)[],
): GenerationWarning[] {
  const given = names.filter((option) => options[option] !== undefined);
  const warnings = given.map((option) =>
    unsupportedOption(option, `${what} of watsonx does not take ${option}; it is left out.`),
  );
  if (options.contextWindow === undefined) return warnings;
  const message = 'The service sets the length of the context; it is left out.';
  return [...warnings, unsupportedOption('contextWindow', message)];
}
