import type {
  AbstractTool,
  ChatMessage,
  ContextCall,
  GenerationWarning,
  ModelOptions,
} from '@melliflow/core';
import type { ErrorOrigin, ResolvedFormat } from '@melliflow/core/implement';
import { idleInRaw, type ProviderChatRequest, unsupportedOption } from '@melliflow/provider-kit';
import { toDialect } from '@melliflow/schema';
import type { FunctionTool, ResponseCreateParams } from 'openai/resources/responses/responses.js';
import { toResponsesMessages } from './to-responses-messages.js';
import { toResponsesOptions } from './to-responses-options.js';

/** What is asked for, be it a chat or a raw prompt. */
export interface ResponsesRequest extends ProviderChatRequest {
  readonly body: ResponseCreateParams;
  /** Makes the text that is meant of the text that came, once it is whole; null where that is the same. */
  readonly restoreText: ((text: string) => string) | null;
}

/** The request of a call. What stands under `providerOptions` goes over everything, untouched. */
export function toResponsesRequest(
  { modelOptions, streaming, tools, format }: ContextCall,
  messages: readonly ChatMessage[],
  origin: ErrorOrigin,
): ResponsesRequest {
  const offered = toResponsesTools(tools, modelOptions.toolChoice);
  const input = toResponsesMessages(messages, origin);
  const fields = { input, ...offered.fields, ...(streaming && { stream: true }) };
  const request = requestOf(fields, modelOptions, format, origin);
  return { ...request, messages, warnings: [...request.warnings, ...offered.warnings] };
}

/** The request of a raw prompt, which the wire takes as it is. */
export function toRawResponsesRequest(
  input: string,
  modelOptions: ModelOptions,
  format: ResolvedFormat | null,
  origin: ErrorOrigin,
): ResponsesRequest {
  const request = requestOf({ input }, modelOptions, format, origin);
  return {
    ...request,
    warnings: [wrapped, ...request.warnings, ...idleInRaw(modelOptions, ['systemPrompt', 'toolChoice'])],
  };
}

const wrapped: GenerationWarning = {
  kind: 'changed',
  message: 'OpenAI has no raw completions here: it takes the prompt as a message of the user.',
};

function requestOf(
  own: Partial<ResponseCreateParams>,
  modelOptions: ModelOptions,
  format: ResolvedFormat | null,
  { provider, model }: ErrorOrigin,
): ResponsesRequest {
  const options = toResponsesOptions(modelOptions);
  const shape = toResponsesFormat(format);
  return {
    messages: [],
    warnings: [...options.warnings, ...shape.warnings],
    restoreText: shape.restoreText,
    // Nothing has to be kept at the provider: each request brings the turns before.
    body: {
      model,
      store: false,
      ...own,
      ...options.fields,
      ...shape.fields,
      ...modelOptions.providerOptions?.[provider],
    },
  };
}

function toResponsesFormat(
  format: ResolvedFormat | null,
): Pick<ResponsesRequest, 'warnings' | 'restoreText'> & { fields: Partial<ResponseCreateParams> } {
  if (format === null) return { fields: {}, warnings: [], restoreText: null };
  const { schema, restores, restoreText, warnings } = toDialect(format.schema, 'openai-strict');
  const name = format.name.replace(/[^\w-]/g, '_').slice(0, 64) || 'response';
  return {
    fields: { text: { format: { type: 'json_schema', name, schema: { ...schema }, strict: true } } },
    warnings,
    restoreText: restores ? restoreText : null,
  };
}

function toResponsesTools(
  tools: ReadonlyMap<string, AbstractTool>,
  choice: ModelOptions['toolChoice'],
): { fields: Partial<ResponseCreateParams>; warnings: GenerationWarning[] } {
  if (tools.size === 0) {
    const isIdle = choice !== undefined && choice !== 'auto' && choice !== 'none';
    const warning = unsupportedOption('toolChoice', 'toolChoice asks for a tool, but none is offered.');
    return { fields: {}, warnings: isIdle ? [warning] : [] };
  }
  const offered = [...tools.values()].map(({ asJsonTool: { function: tool } }): FunctionTool => {
    const { name, description, parameters } = tool;
    return {
      type: 'function',
      name,
      description: description ?? null,
      parameters: { ...parameters },
      strict: false,
    };
  });
  const tool_choice =
    typeof choice === 'object' ? ({ type: 'function', name: choice.name } as const) : choice;
  return { fields: { tools: offered, ...(tool_choice !== undefined && { tool_choice }) }, warnings: [] };
}
