import type { ChatMessage, ContextCall, GenerationWarning } from '@melliflow/core';
import type { OpenAIEndpoint } from './openai-endpoint.js';
import { type OpenAIFields, toChatOptions } from './openai-options.js';
import type { OpenAISettings } from './openai-settings.js';
import { toOpenAIFormat } from './to-openai-format.js';
import { toOpenAIMessages } from './to-openai-messages.js';
import { toOpenAITools } from './to-openai-tools.js';

/** A chat as it is asked for. */
export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  readonly body: OpenAIFields;
  readonly streaming: boolean;
  readonly warnings: readonly GenerationWarning[];
  readonly restoreText: ((text: string) => string) | null;
}

/** The request of a call. `providerOptions.openai` goes over everything, untouched. */
export function toChatRequest(
  call: ContextCall,
  messages: readonly ChatMessage[],
  endpoint: OpenAIEndpoint,
  settings: OpenAISettings,
): ChatRequest {
  const { modelOptions, streaming } = call;
  const options = toChatOptions(modelOptions, endpoint, settings);
  const tools = toOpenAITools(call.tools, modelOptions.toolChoice);
  const format = toOpenAIFormat(call.format, settings.strictFormat ?? true);
  return {
    messages,
    streaming,
    restoreText: format.restoreText,
    warnings: [...options.warnings, ...tools.warnings, ...format.warnings],
    body: {
      model: settings.modelId,
      messages: toOpenAIMessages(messages, settings.modelId),
      ...options.fields,
      ...tools.fields,
      ...format.fields,
      ...(streaming && { stream: true, stream_options: { include_usage: true } }),
      ...modelOptions.providerOptions?.openai,
    },
  };
}
