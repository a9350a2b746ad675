import type { ChatMessage, ContextCall, GenerationWarning, ModelOptions } from '@melliflow/core';
import type { ErrorOrigin } from '@melliflow/core/implement';
import { type ProviderChatRequest, unsupportedOption } from '@melliflow/provider-kit';
import { toResponsesMessages } from './to-responses-messages.js';
import { toResponsesOptions } from './to-responses-options.js';

/** A chat as it is asked for. */
export interface ResponsesRequest extends ProviderChatRequest {
  readonly body: Readonly<Record<string, unknown>>;
}

/** The request of a call. What stands under `providerOptions` goes over everything, untouched. */
export function toResponsesRequest(
  { modelOptions, streaming, tools, format }: ContextCall,
  messages: readonly ChatMessage[],
  origin: ErrorOrigin,
): ResponsesRequest {
  const options = toResponsesOptions(modelOptions);
  const offered = [...tools.values()].map(({ asJsonTool }) => asJsonTool);
  const { toolChoice } = modelOptions;
  return {
    messages,
    warnings: [...options.warnings, ...(offered.length === 0 ? idleChoice(toolChoice) : [])],
    body: {
      model: origin.model,
      messages: toResponsesMessages(messages, origin),
      ...options.fields,
      ...(offered.length > 0 && { tools: offered }),
      ...(offered.length > 0 && toolChoice !== undefined && { tool_choice: toResponsesToolChoice(toolChoice) }),
      ...(format && {
        response_format: { type: 'json_schema', json_schema: { name: format.name, schema: format.schema } },
      }),
      ...(streaming && { stream: true, stream_options: { include_usage: true } }),
      ...modelOptions.providerOptions?.[origin.provider],
    },
  };
}

type ToolChoice = ModelOptions['toolChoice'];

function toResponsesToolChoice(choice: ToolChoice): unknown {
  return typeof choice === 'object' ? { type: 'function', function: { name: choice.name } } : choice;
}

function idleChoice(choice: ToolChoice): GenerationWarning[] {
  if (choice === undefined || choice === 'auto' || choice === 'none') return [];
  return [unsupportedOption('toolChoice', 'toolChoice asks for a tool, but none is offered.')];
}
