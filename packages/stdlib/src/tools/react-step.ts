import type { Context, ModelOutputThunk, ModelToolCall } from '@melliflow/core';
import type { ToolMessage } from '../components/tool-message.js';

/** One step of a ReAct loop: what the model said, and what its tools gave. */
export interface ReactStep {
  /** From 1. */
  readonly index: number;
  readonly thunk: ModelOutputThunk;
  readonly toolCalls: readonly ModelToolCall[];
  /** In the order of the calls, without those of the final answer. */
  readonly results: readonly ToolMessage[];
  /** After the step. */
  readonly context: Context;
}
