import type { ChatMessage, ContextCall } from '@melliflow/core';
import { toWireMessages } from '@melliflow/openai-wire';
import type { ProviderChatRequest } from '@melliflow/provider-kit';
import { toWatsonxFormat } from './to-watsonx-format.js';
import { toWatsonxTools } from './to-watsonx-tools.js';
import type { WatsonxAddressee } from './watsonx-endpoint.js';
import { toChatOptions } from './watsonx-options.js';
import type { WatsonxRequest } from './watsonx-requests.js';

/** A chat as it is asked for. */
export interface ChatRequest extends ProviderChatRequest, WatsonxRequest {
  readonly streaming: boolean;
  readonly restoreText: ((text: string) => string) | null;
  readonly expectsLogprobs: boolean;
}

/** The request of a call. `providerOptions.watsonx` goes over everything, untouched. */
export function toChatRequest(
  { modelOptions, streaming, tools, format }: ContextCall,
  messages: readonly ChatMessage[],
  { model, isDeployment, names }: WatsonxAddressee,
): ChatRequest {
  const held = toWatsonxFormat(format);
  const parts = [toChatOptions(modelOptions), toWatsonxTools(tools, modelOptions.toolChoice), held];
  const method = isDeployment ? 'deploymentsTextChat' : 'textChat';
  return {
    messages,
    streaming,
    restoreText: held.restoreText,
    expectsLogprobs: Boolean(modelOptions.logprobs),
    warnings: parts.flatMap(({ warnings }) => warnings),
    method: streaming ? `${method}Stream` : method,
    params: {
      ...names,
      messages: toWireMessages(messages, { provider: 'watsonx', model }),
      ...Object.assign({}, ...parts.map(({ fields }) => fields)),
      ...modelOptions.providerOptions?.watsonx,
    },
  };
}
