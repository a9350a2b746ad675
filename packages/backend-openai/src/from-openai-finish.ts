import type { FinishReason } from '@melliflow/core';

/** The wire's words for the end, with those that compatible servers have of their own. */
const reasons = new Map<string, FinishReason>([
  ['stop', 'stop'],
  ['eos', 'stop'],
  ['eos_token', 'stop'],
  ['stop_sequence', 'stop'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['tool_calls', 'tool_calls'],
  ['function_call', 'tool_calls'],
  ['content_filter', 'content_filter'],
  ['time_limit', 'time_limit'],
]);

/** Why the answer ended; null while it goes on. Some servers send an empty text for that. */
export function fromOpenAIFinish(reason: unknown): FinishReason | null {
  return typeof reason === 'string' && reason !== '' ? (reasons.get(reason) ?? 'other') : null;
}
