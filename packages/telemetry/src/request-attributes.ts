import type { HookContext, ModelOptions, OutputFormat } from '@melliflow/core';
import type { Attributes } from '@opentelemetry/api';
import { providerName } from './provider-name.js';

/** Which of our options are known to the conventions. */
const options: readonly (readonly [keyof ModelOptions, string])[] = [
  ['temperature', 'gen_ai.request.temperature'],
  ['maxNewTokens', 'gen_ai.request.max_tokens'],
  ['seed', 'gen_ai.request.seed'],
  ['topP', 'gen_ai.request.top_p'],
  ['topK', 'gen_ai.request.top_k'],
  ['stop', 'gen_ai.request.stop_sequences'],
  ['presencePenalty', 'gen_ai.request.presence_penalty'],
  ['frequencyPenalty', 'gen_ai.request.frequency_penalty'],
];

/** Who is asked; for spans and metrics. */
export function modelAttributes(operationName: string, { provider, modelId }: HookContext): Attributes {
  return {
    'gen_ai.operation.name': operationName,
    'gen_ai.provider.name': providerName(provider),
    ...(modelId !== null && { 'gen_ai.request.model': modelId }),
  };
}

/** The session that an operation belongs to. */
export function sessionAttributes({ sessionId }: HookContext): Attributes {
  return sessionId === null ? {} : { 'gen_ai.conversation.id': sessionId };
}

/** How a model is asked. */
export function requestAttributes(modelOptions: ModelOptions, format: OutputFormat | null): Attributes {
  const attributes: Attributes = {};
  for (const [option, attribute] of options) {
    const value = modelOptions[option];
    if (value !== undefined) attributes[attribute] = value as number | string[];
  }
  if (format) attributes['gen_ai.output.type'] = 'json';
  return attributes;
}
