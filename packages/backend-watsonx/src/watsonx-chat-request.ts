import type { ChatMessage, ContextCall } from '@melliflow/core';
import { toWireMessages } from '@melliflow/openai-wire';
import type { ProviderChatRequest } from '@melliflow/provider-kit';
import { toWatsonxFormat } from './to-watsonx-format.js';
import { toWatsonxTools } from './to-watsonx-tools.js';
import { accountOf } from './watsonx-endpoint.js';
import { toChatOptions } from './watsonx-options.js';
import type { WatsonxRequest } from './watsonx-requests.js';
import { modelOf, type WatsonxSettings } from './watsonx-settings.js';

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
  settings: WatsonxSettings,
): ChatRequest {
  const { deployment } = settings;
  const held = toWatsonxFormat(format);
  const parts = [toChatOptions(modelOptions), toWatsonxTools(tools, modelOptions.toolChoice), held];
  const method = deployment === undefined ? 'textChat' : 'deploymentsTextChat';
  return {
    messages,
    streaming,
    restoreText: held.restoreText,
    expectsLogprobs: Boolean(modelOptions.logprobs),
    warnings: parts.flatMap(({ warnings }) => warnings),
    method: streaming ? `${method}Stream` : method,
    params: {
      ...addressee(settings),
      messages: toWireMessages(messages, { provider: 'watsonx', model: modelOf(settings) }),
      ...Object.assign({}, ...parts.map(({ fields }) => fields)),
      ...modelOptions.providerOptions?.watsonx,
    },
  };
}

/** Who is asked: a deployment, which knows its model and its project, or a model on somebody's account. */
export function addressee(settings: WatsonxSettings): Readonly<Record<string, unknown>> {
  const { deployment: idOrName, modelId } = settings;
  return idOrName === undefined ? { modelId, ...accountOf(settings) } : { idOrName };
}
