import type { ChatMessage } from '../formatter/chat-message.js';
import type { FinishReason, GenerationWarning, TokenLogprob, TokenUsage } from './generation-metadata.js';

/**
 * What a backend tells while it generates. `finish` comes exactly once, last; what follows it is ignored,
 * and a source that ends without it is an `IncompleteStreamError` (contract 4.8).
 */
export type GenerationEvent =
  | { type: 'text'; text: string }
  | { type: 'thinking'; text: string }
  | { type: 'tool_call'; id?: string | undefined; name: string; args: Record<string, unknown> }
  | { type: 'prompt'; prompt: string | ChatMessage[] }
  | { type: 'usage'; usage: TokenUsage }
  | { type: 'logprobs'; logprobs: TokenLogprob[] }
  | {
      type: 'metadata';
      /** Where it is not the backend's own, as with a backend that asks others. */
      provider?: string | undefined;
      model?: string | undefined;
      responseId?: string | undefined;
    }
  | { type: 'warning'; warning: GenerationWarning }
  | { type: 'finish'; reason: FinishReason };
