import type { ChatMessage, ContextCall } from '@melliflow/core';
import type { ProviderChatRequest } from '@melliflow/provider-kit';
import { toChatOptions, withOwnOptions } from './ollama-options.js';
import type { OllamaRequest } from './ollama-requests.js';
import type { OllamaSettings } from './ollama-settings.js';
import { toOllamaFormat } from './to-ollama-format.js';
import { toOllamaMessages } from './to-ollama-messages.js';
import { toOllamaTools } from './to-ollama-tools.js';

/** A chat as it is asked for. */
export interface ChatRequest extends OllamaRequest, ProviderChatRequest {}

/** The request of a call. */
export function toChatRequest(
  { modelOptions, tools, format }: ContextCall,
  messages: readonly ChatMessage[],
  { modelId, keepAlive }: OllamaSettings,
): ChatRequest {
  const parts = [
    toChatOptions(modelOptions),
    toOllamaTools(tools, modelOptions.toolChoice),
    toOllamaFormat(format),
  ];
  const fields = {
    model: modelId,
    messages: toOllamaMessages(messages, modelId),
    ...Object.assign({}, ...parts.map((part) => part.fields)),
    ...(keepAlive !== undefined && { keep_alive: keepAlive }),
  };
  return {
    endpoint: 'chat',
    messages,
    warnings: parts.flatMap(({ warnings }) => warnings),
    body: withOwnOptions(fields, modelOptions),
  };
}
