import {
  type ComponentLike,
  type Context,
  GenerationCancelledError,
  type ModelOutputThunk,
  SamplingResult,
} from '@melliflow/core';
import { log, whenSettled } from '@melliflow/core/implement';
import type { ActPlan } from './act-plan.js';
import type { Answer } from './answer.js';
import type { ComponentHooks } from './component-hooks.js';
import { type Scene, type StartedAct, turnOf } from './started-act.js';

/** Generates once, without a strategy. */
export async function actDirectly<S>(
  scene: Scene,
  { format, modelOptions, toolCalls }: ActPlan,
): Promise<StartedAct<S>> {
  const { part, ctx, backend, signal, hooks } = scene;
  const options = { format, modelOptions, toolCalls, signal };
  const generating = backend.generateFromContext<S>(part as ComponentLike<S>, ctx, options);
  if (hooks) generating.catch((error: unknown) => hooks.error(error));
  const [thunk, after] = await generating;
  const told = hooks ? tell(hooks, thunk as ModelOutputThunk<unknown>, after) : null;
  const answer = async (): Promise<Answer<S>> => {
    await thunk.avalue();
    await told;
    return thunk as Answer<S>;
  };
  return {
    thunk,
    turn: turnOf(scene, thunk),
    answer,
    async sampled() {
      return new SamplingResult({
        success: true,
        resultIndex: 0,
        sampleGenerations: [await answer()],
        sampleValidations: [[]],
        sampleActions: [part],
        sampleContexts: [after],
      });
    },
  };
}

/** Tells plugins how it ended, without reading the thunk. Who awaits this hears what they throw, and the logger too. */
function tell(hooks: ComponentHooks, thunk: ModelOutputThunk<unknown>, after: Context): Promise<void> {
  const telling = whenSettled(thunk).then(async () => {
    const copy = thunk.copy();
    if (thunk.cancelled)
      await hooks.error(new GenerationCancelledError('The call was cancelled.', hooks.origin));
    else if (copy.isComputed()) await hooks.success(copy, after, null);
    else await thunk.avalue().catch((error: unknown) => hooks.error(error));
  });
  telling.catch((error: unknown) => log('error', 'A plugin failed in component_post_success.', { error }));
  return telling;
}
