import {
  BatchGenerationError,
  type HookContext,
  HookType,
  isModelOutputThunk,
  type ModelOutputThunk,
} from '@melliflow/core';
import { type AnyHook, type HookOptions, hook } from '../hook.js';

/** A generation or a raw batch that has ended, in whatever way. */
export interface FinishedCall {
  readonly generationId: string;
  readonly kind: 'context' | 'raw';
  /** One, or those of the batch that came; usage and model are theirs. */
  readonly outputs: readonly ModelOutputThunk<unknown>[];
  /** Null when it succeeded. */
  readonly error: Error | null;
  readonly latencyMs: number;
  /** What was sent, where it is known. */
  readonly prompt: unknown;
}

/** The hooks that tell of every finished call. */
export function onFinished(
  tell: (call: FinishedCall, context: HookContext) => void,
  options: HookOptions,
): AnyHook[] {
  return [
    hook(
      HookType.GENERATION_POST_CALL,
      ({ modelOutput, ...told }, context) =>
        tell({ ...told, kind: 'context', outputs: [modelOutput], error: null }, context),
      options,
    ),
    hook(
      HookType.GENERATION_ERROR,
      ({ modelOutput, exception: error, ...told }, context) => {
        const prompt = modelOutput.generateLog?.prompt ?? null;
        tell({ ...told, kind: 'context', outputs: [modelOutput], error, prompt }, context);
      },
      options,
    ),
    hook(
      HookType.GENERATION_BATCH_POST_CALL,
      ({ modelOutputs: outputs, ...told }, context) => {
        tell({ ...told, kind: 'raw', outputs, error: null, prompt: promptsOf(outputs) }, context);
      },
      options,
    ),
    hook(
      HookType.GENERATION_BATCH_ERROR,
      ({ exception: error, ...told }, context) => {
        const outputs = BatchGenerationError.is(error) ? error.results.filter(isModelOutputThunk) : [];
        tell({ ...told, kind: 'raw', outputs, error, prompt: promptsOf(outputs) }, context);
      },
      options,
    ),
  ];
}

function promptsOf(outputs: readonly ModelOutputThunk<unknown>[]): unknown[] {
  return outputs.map(({ generateLog }) => generateLog?.prompt ?? null);
}
