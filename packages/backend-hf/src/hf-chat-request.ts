import type { ChatMessage, ContextCall, GenerationWarning } from '@melliflow/core';
import { toChatFields, toWireMessages, toWireTools, type WireFields } from '@melliflow/openai-wire';
import type { ProviderChatRequest } from '@melliflow/provider-kit';
import { ignoredInChat } from './from-hf-fingerprint.js';
import { toHfFormat } from './to-hf-format.js';

/** A chat as it is asked for. */
export interface ChatRequest extends ProviderChatRequest {
  readonly body: WireFields;
  readonly expectsLogprobs: boolean;
  readonly warningsOf: (fingerprint: string) => readonly GenerationWarning[];
}

/** The request of a call. `providerOptions.hf` goes over everything, untouched. */
export function toChatRequest(
  { modelOptions, streaming, ...call }: ContextCall,
  messages: readonly ChatMessage[],
  model: string,
): ChatRequest {
  const parts = [
    toChatFields(modelOptions),
    toWireTools(call.tools, modelOptions.toolChoice),
    toHfFormat(call.format),
  ];
  return {
    messages,
    warnings: parts.flatMap(({ warnings }) => warnings),
    expectsLogprobs: Boolean(modelOptions.logprobs),
    warningsOf: (fingerprint) => ignoredInChat(fingerprint, modelOptions),
    body: {
      model,
      messages: toWireMessages(messages, { provider: 'hf', model }),
      ...Object.assign({}, ...parts.map(({ fields }) => fields)),
      ...(streaming && { stream: true, stream_options: { include_usage: true } }),
      ...modelOptions.providerOptions?.hf,
    },
  };
}
