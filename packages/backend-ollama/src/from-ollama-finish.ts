import type { FinishReason } from '@melliflow/core';

/** The wire's words for the end. Servers of old say none. */
const reasons = new Map<unknown, FinishReason>([
  [undefined, 'stop'],
  [null, 'stop'],
  ['', 'stop'],
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool_calls'],
]);

/** Why the answer ended, as its last line says it; for calls of tools the wire has no word. */
export function fromOllamaFinish(reason: unknown, hasCalls: boolean): FinishReason {
  const finish = reasons.get(reason) ?? 'other';
  return finish === 'stop' && hasCalls ? 'tool_calls' : finish;
}
