import type { ModelOptions } from '@melliflow/core';
import { toChatFields, toRawFields, type WireDialect, type WireOptions } from '@melliflow/openai-wire';
import type { OpenAIEndpoint } from './openai-endpoint.js';
import type { OpenAISettings } from './openai-settings.js';

/** The options of a chat. */
export function toChatOptions(
  options: ModelOptions,
  endpoint: OpenAIEndpoint,
  { modelId, maxTokensField }: OpenAISettings,
): WireOptions {
  const usual = endpoint.isOpenAI || isReasoningModel(modelId) ? 'max_completion_tokens' : 'max_tokens';
  return toChatFields(options, { ...dialectOf(endpoint), maxTokensField: maxTokensField ?? usual });
}

/** The options of a raw batch. */
export function toRawOptions(options: ModelOptions, endpoint: OpenAIEndpoint): WireOptions {
  return toRawFields(options, dialectOf(endpoint));
}

function dialectOf({ isOpenAI }: OpenAIEndpoint): WireDialect {
  return isOpenAI ? { refusesExtras: 'OpenAI' } : {};
}

/** OpenAI's reasoning models, also behind a gateway (`openai/o3`): they take no `max_tokens`. */
function isReasoningModel(modelId: string): boolean {
  return /(^|\/)(o\d|gpt-[5-9])/.test(modelId);
}
