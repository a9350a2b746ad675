import type { ModelOptions } from '../backend/model-options.js';
import type { OutputFormat } from '../backend/output-format.js';
import type { Part } from '../content/component.js';
import type { Context } from '../context/context.js';
import type { ChatMessage } from '../formatter/chat-message.js';
import type { TokenUsage } from '../thunk/generation-metadata.js';
import type { ModelOutputThunk } from '../thunk/model-output-thunk.js';

/** Before a model is called. Writable: `modelOptions`, `format`, `toolCalls`. */
export interface GenerationPreCallPayload {
  /** Correlates the pre hook with the post or error hook of the same call. */
  readonly generationId: string;
  readonly action: Part;
  readonly context: Context;
  readonly modelOptions: ModelOptions;
  readonly format: OutputFormat | null;
  readonly toolCalls: boolean;
}

/** Once, when the output is complete. */
export interface GenerationPostCallPayload {
  readonly generationId: string;
  /** What was sent; null when the backend did not say. */
  readonly prompt: string | ChatMessage[] | null;
  /** A computed copy of the output. */
  readonly modelOutput: ModelOutputThunk<unknown>;
  /** From the call to the complete output. */
  readonly latencyMs: number;
}

/** Instead of the post hook, when the generation failed or was cancelled. */
export interface GenerationErrorPayload {
  readonly generationId: string;
  /** A `GenerationCancelledError` where nothing failed but somebody, or a failed chunk, ended it. */
  readonly exception: Error;
  /** A copy of the output as far as it came. */
  readonly modelOutput: ModelOutputThunk<unknown>;
  readonly latencyMs: number;
}

/** Before a raw batch. Writable: `modelOptions`, `format`, `toolCalls`. */
export interface GenerationBatchPreCallPayload {
  readonly generationId: string;
  readonly actions: readonly Part[];
  readonly numActions: number;
  readonly modelOptions: ModelOptions;
  readonly format: OutputFormat | null;
  readonly toolCalls: boolean;
  readonly model: string;
  readonly provider: string;
}

/** After a raw batch of which every item succeeded. */
export interface GenerationBatchPostCallPayload {
  readonly generationId: string;
  readonly modelOutputs: readonly ModelOutputThunk<unknown>[];
  /** Summed over the items; null when none was told. */
  readonly usage: TokenUsage | null;
  readonly model: string;
  readonly provider: string;
  readonly latencyMs: number;
}

/** After a raw batch of which at least one item failed. */
export interface GenerationBatchErrorPayload {
  readonly generationId: string;
  readonly exception: Error;
  readonly model: string;
  readonly provider: string;
  readonly latencyMs: number;
}
