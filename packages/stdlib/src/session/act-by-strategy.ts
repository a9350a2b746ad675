import {
  type ComponentLike,
  GenerationCancelledError,
  type ModelOutputThunk,
  type Part,
  type SamplingResult,
  type SamplingStrategy,
} from '@melliflow/core';
import { className, describe, whenSettled } from '@melliflow/core/implement';
import { cancelledError, untilAborted } from '../requirements/until-aborted.js';
import { parseErrorOf } from '../sampling/parse-failure.js';
import { witnessedBy } from '../sampling/run-witness.js';
import type { ActPlan } from './act-plan.js';
import type { Answer } from './answer.js';
import { type Scene, type StartedAct, turnOf } from './started-act.js';
import { runStrategy } from './strategy-thunk.js';
import { addedSince, type Turn } from './turn.js';

/** Lets a strategy make the answer; one thunk stands for its whole run. */
export function actByStrategy<S>(scene: Scene, plan: ActPlan, strategy: SamplingStrategy): StartedAct<S> {
  const { backend, signal, hooks } = scene;
  const run = runStrategy<S>(backend, signal, async (stop, witness) => {
    const sampled = await sample<S>(scene, plan, strategy, witnessedBy(witness, { signal: stop }));
    turn.entries = entriesOf(scene, sampled, turn);
    const unreadable = parseErrorOf(sampled);
    if (unreadable) await hooks?.error(unreadable);
    else await hooks?.success(sampled.result, sampled.resultCtx, sampled);
    return sampled;
  });
  const { thunk, outcome } = run;
  const turn = turnOf(scene, thunk);
  const answer = async (): Promise<Answer<S>> => {
    try {
      await thunk.avalue();
    } catch (error) {
      throw outcome.error ?? error;
    }
    return thunk as Answer<S>;
  };
  return {
    thunk,
    turn,
    answer,
    async sampled() {
      await whenSettled(thunk);
      if (outcome.result === null) await answer();
      return outcome.result as SamplingResult<S>;
    },
  };
}

async function sample<S>(
  { part, ctx, backend, hooks }: Scene,
  { requirements, format, modelOptions, toolCalls }: ActPlan,
  strategy: SamplingStrategy,
  own: { readonly signal: AbortSignal },
): Promise<SamplingResult<S>> {
  const options = { requirements, format, modelOptions, toolCalls, ...own };
  try {
    // The answers that the model is shown must be there first: their failure is not one of an attempt.
    await untilAborted(backend.doGenerateWalks(ctx.viewForGeneration() ?? []), own.signal);
    return checked(await strategy.sample<S>(part as ComponentLike<S>, ctx, backend, options), strategy);
  } catch (thrown) {
    const isAbort = own.signal.aborted && !GenerationCancelledError.is(thrown);
    const error = isAbort ? cancelledError('call', backend, own.signal) : thrown;
    await hooks?.error(error);
    throw error;
  }
}

/** @throws TypeError when a strategy gave something else than a result. */
function checked<S>(sampled: SamplingResult<S>, strategy: SamplingStrategy): SamplingResult<S> {
  if (typeof sampled?.resultCtx?.viewForGeneration === 'function') return sampled;
  throw new TypeError(
    `sample() of ${className(strategy)} must give a SamplingResult, got ${describe(sampled)}.`,
  );
}

/** What the run leaves in the context; in place of the chosen output the thunk that stands for the run. */
function entriesOf<S>({ ctx, part }: Scene, sampled: SamplingResult<S>, turn: Turn): Part[] {
  const result = sampled.result as ModelOutputThunk<unknown>;
  const added = addedSince(ctx, sampled.resultCtx) ?? [part, result];
  return added.map((entry) => (entry === result ? (turn.standIn ?? turn.thunk) : entry));
}
