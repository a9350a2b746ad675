import type { GenerationWarning, ModelOptions } from '@melliflow/core';
import { unsupportedOption } from '@melliflow/provider-kit';
import type { ResponseCreateParams } from 'openai/resources/responses/responses.js';
import type { Reasoning, ReasoningEffort } from 'openai/resources/shared.js';

type Fields = Partial<ResponseCreateParams>;
type Row = readonly [option: keyof ModelOptions, to: (value: never) => Fields];

/** Our option -> the fields on the wire. */
const rows: readonly Row[] = [
  ['temperature', (temperature: number) => ({ temperature })],
  ['maxNewTokens', (max_output_tokens: number) => ({ max_output_tokens })],
  ['topP', (top_p: number) => ({ top_p })],
  ['thinking', (thinking: boolean | string) => ({ reasoning: reasoningOf(thinking) })],
  [
    'logprobs',
    (wanted: boolean | number) =>
      wanted === false
        ? {}
        : { include: ['message.output_text.logprobs'], top_logprobs: wanted === true ? 0 : wanted },
  ],
];

/** The options that the wire has no field for: each is a warning, never dropped without a word. */
const missing: readonly (keyof ModelOptions)[] = [
  'stop',
  'presencePenalty',
  'frequencyPenalty',
  'topK',
  'minP',
  'repetitionPenalty',
  'contextWindow',
];

/** The fields of the request, and what it cannot say. */
export function toResponsesOptions(options: ModelOptions): {
  fields: Fields;
  warnings: GenerationWarning[];
} {
  const fields: Fields = {};
  for (const [option, to] of rows) {
    if (options[option] !== undefined) Object.assign(fields, to(options[option] as never));
  }
  return {
    fields,
    warnings: missing
      .filter((option) => options[option] !== undefined)
      .map((option) => unsupportedOption(option, `The wire has no ${option}; it is left out.`)),
  };
}

/** Reasoning itself is not told; what can be had is a summary of it. */
function reasoningOf(thinking: boolean | string): Reasoning {
  if (thinking === false) return { effort: 'none' };
  return { effort: thinking === true ? 'medium' : (thinking as ReasoningEffort), summary: 'auto' };
}
