import { type ChatMessage, ImageBlock, type ModelOutputThunk, type ModelToolCall } from '@melliflow/core';
import { redact, redactedJson } from '@melliflow/core/implement';
import type { Attributes } from '@opentelemetry/api';

type Prompt = string | ChatMessage[] | null;
type Part = Readonly<Record<string, unknown>>;

/** Prompts and outputs as the conventions write them: JSON, without images, and without what looks like a credential. */
export function contentAttributes(
  prompts: readonly Prompt[],
  outputs: readonly ModelOutputThunk<unknown>[],
): Attributes {
  const input = prompts.flatMap((prompt) =>
    typeof prompt === 'string' ? [{ role: 'user', parts: [textPart(prompt)] }] : (prompt ?? []).map(fromChat),
  );
  return {
    ...(input.length > 0 && { 'gen_ai.input.messages': contentOf(input) }),
    ...(outputs.length > 0 && { 'gen_ai.output.messages': contentOf(outputs.map(fromOutput)) }),
  };
}

/** What a tool is called with, and what it gives; whatever that is, the span must end. */
export function contentOf(value: unknown): string {
  if (typeof value !== 'string') return redactedJson(value);
  return ImageBlock.isValidBase64Png(value) ? '[image]' : redact(value);
}

function fromChat({ role, content, toolCalls = [], toolCallId, name }: ChatMessage): Part {
  if (role === 'tool')
    return { role, parts: [{ type: 'tool_call_response', id: toolCallId ?? null, name, response: content }] };
  return { role, parts: [...(content === '' ? [] : [textPart(content)]), ...toolCalls.map(callPart)] };
}

function fromOutput(output: ModelOutputThunk<unknown>): Part {
  const { thinking, partialValue, toolCalls, generation } = output;
  const parts = [
    ...(thinking ? [{ type: 'reasoning', content: thinking }] : []),
    ...(partialValue === '' ? [] : [textPart(partialValue)]),
    ...(toolCalls ?? []).map(callPart),
  ];
  return { role: 'assistant', parts, finish_reason: generation.finishReason ?? 'error' };
}

function callPart({ id, name, args }: Pick<ModelToolCall, 'id' | 'name' | 'args'>): Part {
  return { type: 'tool_call', id, name, arguments: args };
}

function textPart(content: string): Part {
  return { type: 'text', content };
}
