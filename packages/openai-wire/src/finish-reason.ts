import type { FinishReason } from '@melliflow/core';

/** The wire's words for the end, with those that servers have of their own. Null: the server broke the answer off. */
const reasons: ReadonlyMap<string, FinishReason | null> = new Map<string, FinishReason | null>([
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
  ['error', null],
  ['abort', null],
  ['insufficient_system_resource', null],
]);

/**
 * Why the answer ended; null while it goes on, and where it was broken off. Some servers send an empty text for the
 * former.
 *
 * @param own Words that only this provider has; they go over the usual ones. Null: that is no good end.
 */
export function fromWireFinish(
  reason: unknown,
  own?: ReadonlyMap<string, FinishReason | null> | undefined,
): FinishReason | null {
  if (typeof reason !== 'string' || reason === '') return null;
  for (const words of [own, reasons]) {
    const told = words?.get(reason);
    if (told !== undefined) return told;
  }
  return 'other';
}
