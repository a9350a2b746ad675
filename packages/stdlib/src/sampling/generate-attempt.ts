import {
  type Backend,
  type ComponentLike,
  ComponentParseError,
  ComputedModelOutputThunk,
  type Context,
  type ModelOutputThunk,
  type Part,
  type SampleOptions,
} from '@melliflow/core';
import { snapshot } from '@melliflow/core/implement';
import { SimpleContext } from '../contexts/simple-context.js';
import { cancelledError } from '../requirements/until-aborted.js';
import { witnessOf } from './run-witness.js';
import type { SampleStep } from './sample-attempt.js';

/** An output that has come, whether or not it could be read. */
export interface Generated<S> {
  readonly result: ComputedModelOutputThunk<S>;
  readonly resultCtx: Context;
  readonly parseError: ComponentParseError | null;
}

/** How a strategy gets an output for a step. */
export type Generate<S> = (
  step: SampleStep,
  backend: Backend,
  options: SampleOptions & { signal: AbortSignal },
) => Promise<Generated<S>>;

/** Asks the backend and waits for the whole output. One that cannot be read is an output too: its raw text. */
export async function generateAttempt<S>(
  { action, ctx }: SampleStep,
  backend: Backend,
  options: SampleOptions & { signal: AbortSignal },
): Promise<Generated<S>> {
  const { format, modelOptions, toolCalls, signal } = options;
  const asked = action as ComponentLike<S>;
  const [thunk, after] = await backend.generateFromContext<S>(asked, ctx, {
    format,
    modelOptions,
    toolCalls,
    signal,
  });
  try {
    await thunk.avalue();
  } catch (error) {
    if (!ComponentParseError.is(error)) {
      witnessOf(options)?.(thunk);
      throw error;
    }
    const result = snapshot(thunk, thunk.partialValue) as ComputedModelOutputThunk<S>;
    return { result, resultCtx: ctx.add(action).add(result), parseError: error };
  }
  if (thunk.cancelled) {
    witnessOf(options)?.(thunk);
    throw cancelledError('generation', backend, signal);
  }
  return { result: new ComputedModelOutputThunk(thunk), resultCtx: after, parseError: null };
}

/**
 * Where an output is judged: after its question, in the context that it was generated in or the one that was given.
 * By default a judge is shown its own question only, whatever the context shows to who answers; validation
 * functions see the whole past.
 */
export function contextToJudge(
  { action, ctx }: { action: Part; ctx: Context },
  result: ModelOutputThunk<unknown>,
  validationCtx: Context | undefined,
): Context {
  if (validationCtx) return validationCtx.add(action).add(result);
  return SimpleContext.fromPrevious(ctx.add(action), result);
}
