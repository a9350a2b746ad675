import type { ChatMessage, ContextCall } from '@melliflow/core';
import { toWireMessages, toWireTools, type WireFields } from '@melliflow/openai-wire';
import type { ProviderChatRequest } from '@melliflow/provider-kit';
import type { OpenAIEndpoint } from './openai-endpoint.js';
import { toChatOptions } from './openai-options.js';
import type { OpenAISettings } from './openai-settings.js';
import { toOpenAIFormat } from './to-openai-format.js';

/** A chat as it is asked for. */
export interface ChatRequest extends ProviderChatRequest {
  readonly body: WireFields;
  readonly restoreText: ((text: string) => string) | null;
  readonly expectsLogprobs: boolean;
}

/** The request of a call. `providerOptions.openai` goes over everything, untouched. */
export function toChatRequest(
  { modelOptions, streaming, ...call }: ContextCall,
  messages: readonly ChatMessage[],
  endpoint: OpenAIEndpoint,
  settings: OpenAISettings,
): ChatRequest {
  const { modelId: model, strictFormat = true } = settings;
  const options = toChatOptions(modelOptions, endpoint, settings);
  const tools = toWireTools(call.tools, modelOptions.toolChoice);
  const format = toOpenAIFormat(call.format, strictFormat);
  return {
    messages,
    restoreText: format.restoreText,
    expectsLogprobs: Boolean(modelOptions.logprobs),
    warnings: [...options.warnings, ...tools.warnings, ...format.warnings],
    body: {
      model,
      messages: toWireMessages(messages, { provider: 'openai', model }),
      ...options.fields,
      ...tools.fields,
      ...format.fields,
      ...(streaming && { stream: true, stream_options: { include_usage: true } }),
      ...modelOptions.providerOptions?.openai,
    },
  };
}
