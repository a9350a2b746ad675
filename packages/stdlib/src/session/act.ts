import {
  type Backend,
  blockify,
  type CBlock,
  type ComponentLike,
  type Context,
  type SamplingResult,
} from '@melliflow/core';
import { describe, supportedBackend } from '@melliflow/core/implement';
import { cancelledError } from '../requirements/until-aborted.js';
import { actByStrategy } from './act-by-strategy.js';
import { actDirectly } from './act-directly.js';
import type { ActOptions, Formatted } from './act-options.js';
import { planOf } from './act-plan.js';
import type { Answer } from './answer.js';
import { captureComponentHooks } from './component-hooks.js';
import type { StartedAct } from './started-act.js';

/** What came of a component that was acted on. */
export interface ActResult<S> {
  readonly result: Answer<S>;
  /** The context after the answer. */
  readonly context: Context;
  /** All attempts; without a strategy it was one. */
  readonly samplingResult: SamplingResult<S>;
}

/**
 * Acts on a component in a context: what all verbs of a session rest on. Requirements are those of the component
 * (`requirements`, as an `Instruction` has them), then those of the options.
 *
 * @throws As `Backend.generateFromContext`, the strategy and the validators do.
 *
 * @example
 * const { result, context } = await act(new Instruction('Tell a joke.'), new SimpleContext(), backend);
 */
export async function act<T>(
  action: ComponentLike | CBlock | string,
  ctx: Context,
  backend: Backend,
  options: ActOptions & Formatted<T>,
): Promise<ActResult<T>>;
export async function act<S = string>(
  action: ComponentLike<S> | CBlock | string,
  ctx: Context,
  backend: Backend,
  options?: ActOptions,
): Promise<ActResult<S>>;
export async function act<S>(
  action: ComponentLike<S> | CBlock | string,
  ctx: Context,
  backend: Backend,
  options: ActOptions = {},
): Promise<ActResult<S>> {
  const started = await startAct<S>(action, ctx, backend, options);
  const result = await started.answer();
  const samplingResult = await started.sampled();
  const context = started.turn.entries.reduce((at, part) => at.add(part), ctx);
  return { result, context, samplingResult };
}

/** What a session says of a call. */
export interface Surroundings {
  readonly sessionId?: string | undefined;
  /** Whether the caller reads the thunk while later calls may wait for it. Default false. */
  readonly isRead?: boolean | undefined;
}

/** Begins to act on a component; the rest runs in the background, whether or not anybody waits. */
export async function startAct<S>(
  action: ComponentLike<S> | CBlock | string,
  ctx: Context,
  given: Backend,
  options: ActOptions,
  { sessionId, isRead = false }: Surroundings = {},
): Promise<StartedAct<S>> {
  const part = blockify(action);
  if (typeof given?.generateFromContext !== 'function')
    throw new TypeError(`act: backend must be a Backend, got ${describe(given)}.`);
  const backend = supportedBackend(given);
  const { signal } = options;
  checkSignal(signal, backend);
  const hooks = captureComponentHooks(part, ctx, backend, sessionId ?? null);
  const planned = planOf(part, options);
  const plan = hooks ? await hooks.pre(planned, signal) : planned;
  const scene = { part, ctx, backend, signal, hooks, isRead };
  return plan.strategy ? actByStrategy<S>(scene, plan, plan.strategy) : actDirectly<S>(scene, plan);
}

/** @throws TypeError when it is no signal; GenerationCancelledError when it is aborted already. */
function checkSignal(signal: AbortSignal | undefined, backend: Backend): void {
  if (signal === undefined) return;
  if (typeof signal?.addEventListener !== 'function') {
    throw new TypeError(`signal must be an AbortSignal, got ${describe(signal)}.`);
  }
  if (signal.aborted) throw cancelledError('call', backend, signal);
}
