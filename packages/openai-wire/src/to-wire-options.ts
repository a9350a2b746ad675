import type { GenerationWarning, ModelOptions } from '@melliflow/core';
import { idleInRaw, unsupportedOption } from '@melliflow/provider-kit';
import type { WireFields, WireOptions } from './wire-fields.js';

/** What of the wire differs from server to server. */
export interface WireDialect {
  /** What the limit of new tokens is called in a chat. Default `max_tokens`. */
  readonly maxTokensField?: string | undefined;
  /** Who refuses a request with `top_k`, `min_p` or `repetition_penalty`; then they are left out, with a warning. */
  readonly refusesExtras?: string | undefined;
}

type Row = readonly [option: keyof ModelOptions, to: (value: never, limit: string) => WireFields];

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

/** Known to vLLM, llama.cpp, TGI and others; OpenAI refuses a request that has them. */
const extras: readonly Row[] = [
  ['topK', (top_k: number) => ({ top_k })],
  ['minP', (min_p: number) => ({ min_p })],
  ['repetitionPenalty', (repetition_penalty: number) => ({ repetition_penalty })],
];

const efforts = new Map<unknown, string>([
  [true, 'medium'],
  [false, 'none'],
]);

/** The options of a chat. */
export function toChatFields(options: ModelOptions, dialect: WireDialect = {}): WireOptions {
  return toFields(options, chat, dialect);
}

/** The options of a raw prompt, or of a batch of them. */
export function toRawFields(options: ModelOptions, dialect: WireDialect = {}): WireOptions {
  const { fields, warnings } = toFields(options, raw, dialect);
  return { fields, warnings: [...warnings, ...idleInRaw(options)] };
}

function toFields(
  options: ModelOptions,
  rows: readonly Row[],
  { maxTokensField = 'max_tokens', refusesExtras: who }: WireDialect,
): WireOptions {
  const warnings: GenerationWarning[] = [];
  const fields: WireFields = {};
  const add = ([option, to]: Row): unknown =>
    Object.assign(fields, to(options[option] as never, maxTokensField));
  for (const row of rows) if (options[row[0]] !== undefined) add(row);
  for (const row of extras) {
    const [option] = row;
    if (options[option] === undefined) continue;
    if (who === undefined) add(row);
    else warnings.push(unsupportedOption(option, `${who} does not take ${option}; it is left out.`));
  }
  if (options.contextWindow !== undefined) {
    const message = 'The server sets the length of the context; it is left out.';
    warnings.push(unsupportedOption('contextWindow', message));
  }
  return { fields, warnings };
}
