import type { GenerationWarning, ModelOptions } from '@melliflow/core';
import { isReasoningModel, type OpenAIEndpoint } from './openai-endpoint.js';
import type { OpenAISettings } from './openai-settings.js';

/** Fields of a request's body. */
export type OpenAIFields = Record<string, unknown>;

/** What the wire is told, and what it cannot be told. */
export interface OpenAIOptions {
  readonly fields: OpenAIFields;
  readonly warnings: readonly GenerationWarning[];
}

type Row = readonly [option: keyof ModelOptions, to: (value: never, limit: string) => OpenAIFields];

/** Our option -> the wire's, for chat and raw alike. */
const shared: readonly Row[] = [
  ['temperature', (temperature: number) => ({ temperature })],
  ['topP', (top_p: number) => ({ top_p })],
  ['seed', (seed: number) => ({ seed })],
  ['stop', (stop: readonly string[]) => ({ stop })],
  ['presencePenalty', (presence_penalty: number) => ({ presence_penalty })],
  ['frequencyPenalty', (frequency_penalty: number) => ({ frequency_penalty })],
];

const chat: readonly Row[] = [
  ...shared,
  ['maxNewTokens', (limit: number, field) => ({ [field]: limit })],
  ['thinking', (thinking: boolean | string) => ({ reasoning_effort: efforts.get(thinking) ?? thinking })],
  [
    'logprobs',
    (wanted: boolean | number) =>
      wanted === false ? {} : { logprobs: true, ...(typeof wanted === 'number' && { top_logprobs: wanted }) },
  ],
];

const raw: readonly Row[] = [
  ...shared,
  ['maxNewTokens', (max_tokens: number) => ({ max_tokens })],
  ['logprobs', (wanted: boolean | number) => (wanted === false ? {} : { logprobs: Number(wanted) })],
];

/** Known to vLLM, llama.cpp, LM Studio and others; OpenAI refuses a request that has them. */
const compatible: readonly Row[] = [
  ['topK', (top_k: number) => ({ top_k })],
  ['minP', (min_p: number) => ({ min_p })],
  ['repetitionPenalty', (repetition_penalty: number) => ({ repetition_penalty })],
];

const efforts = new Map<unknown, string>([
  [true, 'medium'],
  [false, 'none'],
]);

/** The options of a chat. */
export function toChatOptions(
  options: ModelOptions,
  endpoint: OpenAIEndpoint,
  { modelId, maxTokensField }: OpenAISettings,
): OpenAIOptions {
  const usual = endpoint.isOpenAI || isReasoningModel(modelId) ? 'max_completion_tokens' : 'max_tokens';
  return toFields(options, chat, endpoint, maxTokensField ?? usual);
}

/** The options of a raw batch. */
export function toRawOptions(options: ModelOptions, endpoint: OpenAIEndpoint): OpenAIOptions {
  const { fields, warnings } = toFields(options, raw, endpoint, 'max_tokens');
  const idle = (['thinking', 'systemPrompt', 'toolChoice'] as const).filter(
    (option) => options[option] !== undefined && options[option] !== false,
  );
  return {
    fields,
    warnings: [...warnings, ...idle.map((option) => unsupported(option, 'Raw completions have none of it.'))],
  };
}

function toFields(
  options: ModelOptions,
  rows: readonly Row[],
  { isOpenAI }: OpenAIEndpoint,
  limit: string,
): OpenAIOptions {
  const warnings: GenerationWarning[] = [];
  const fields: OpenAIFields = {};
  const add = ([option, to]: Row): unknown => Object.assign(fields, to(options[option] as never, limit));
  for (const row of rows) if (options[row[0]] !== undefined) add(row);
  for (const row of compatible) {
    if (options[row[0]] === undefined) continue;
    if (isOpenAI) warnings.push(unsupported(row[0], `OpenAI does not take ${row[0]}; it is left out.`));
    else add(row);
  }
  if (options.contextWindow !== undefined) {
    warnings.push(unsupported('contextWindow', 'The server sets the length of the context; it is left out.'));
  }
  return { fields, warnings };
}

function unsupported(option: string, message: string): GenerationWarning {
  return { kind: 'unsupported', option, message };
}
