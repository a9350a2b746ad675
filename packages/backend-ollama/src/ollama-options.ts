import type { GenerationWarning, ModelOptions } from '@melliflow/core';
import { idleInRaw } from '@melliflow/provider-kit';

/** Fields of a request's body. */
export type OllamaFields = Record<string, unknown>;

/** What the wire is told, and what it cannot be told. */
export interface OllamaOptions {
  readonly fields: OllamaFields;
  readonly warnings: readonly GenerationWarning[];
}

/** Our option -> its name among the wire's `options`. */
const names = [
  ['temperature', 'temperature'],
  ['maxNewTokens', 'num_predict'],
  ['contextWindow', 'num_ctx'],
  ['seed', 'seed'],
  ['stop', 'stop'],
  ['topP', 'top_p'],
  ['topK', 'top_k'],
  ['minP', 'min_p'],
  ['presencePenalty', 'presence_penalty'],
  ['frequencyPenalty', 'frequency_penalty'],
  ['repetitionPenalty', 'repeat_penalty'],
] as const satisfies readonly (readonly [keyof ModelOptions, string])[];

/** The options of a chat. */
export function toChatOptions(options: ModelOptions): OllamaOptions {
  const { thinking } = options;
  return {
    fields: { ...toFields(options), ...(thinking !== undefined && { think: thinking }) },
    warnings: [],
  };
}

/** The options of a raw prompt. */
export function toRawOptions(options: ModelOptions): OllamaOptions {
  // That there is no choice among tools is what core warns of.
  return { fields: toFields(options), warnings: idleInRaw(options, ['thinking', 'systemPrompt']) };
}

function toFields(given: ModelOptions): OllamaFields {
  const { logprobs } = given;
  const known = names.filter(([option]) => given[option] !== undefined);
  return {
    ...(known.length > 0 && {
      options: Object.fromEntries(known.map(([option, name]) => [name, given[option]])),
    }),
    ...(logprobs !== undefined && logprobs !== false && { logprobs: true }),
    ...(typeof logprobs === 'number' && { top_logprobs: logprobs }),
  };
}

/**
 * A request with the caller's `providerOptions.ollama` over it; its `options` go over ours one by one. The SDK writes
 * into what it gets, so what it gets is a copy. Every request is a stream: a reply that comes whole sends nothing for
 * minutes, and `fetch` of Node gives up on it.
 */
export function withOwnOptions(fields: OllamaFields, { providerOptions }: ModelOptions): OllamaFields {
  const given = providerOptions?.ollama;
  const own = given ? (JSON.parse(JSON.stringify(given)) as OllamaFields) : {};
  const options = { ...(fields.options as object), ...(own.options as object) };
  return {
    ...fields,
    ...own,
    ...(Object.keys(options).length > 0 && { options }),
    stream: true,
  };
}
