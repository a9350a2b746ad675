import type { FinishReason } from '@melliflow/core';

/** Why the engine says it stopped. */
export type LlamaCppStopReason =
  | 'eogToken'
  | 'stopGenerationTrigger'
  | 'customStopTrigger'
  | 'maxTokens'
  | 'functionCalls'
  | 'abort';

const reasons: Readonly<Record<LlamaCppStopReason, FinishReason>> = {
  eogToken: 'stop',
  stopGenerationTrigger: 'stop',
  customStopTrigger: 'stop',
  maxTokens: 'length',
  functionCalls: 'tool_calls',
  abort: 'other',
};

/** The engine's reason in our words; one that a later engine may add is `other`. */
export function fromLlamaCppStop(reason: LlamaCppStopReason): FinishReason {
  return reasons[reason] ?? 'other';
}
