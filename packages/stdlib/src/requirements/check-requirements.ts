import type {
  Backend,
  Context,
  GenerateOptions,
  HookContext,
  HookScope,
  Requirement,
  ValidationResult,
} from '@melliflow/core';
import {
  captureHooks,
  className,
  describe,
  linkAbort,
  log,
  runInside,
  textOf,
} from '@melliflow/core/implement';
import { cancelledError, throwIfAborted, untilAborted } from './until-aborted.js';

/** Each requirement with its verdict, and whether all hold, as plugins left it. */
export interface Checked {
  readonly verdicts: [Requirement, ValidationResult][];
  readonly passed: boolean;
}

/** Where hooks of calls to `backend` fire. */
export function hookContext(backend: Backend): HookContext {
  return { backend, provider: backend.provider, modelId: backend.modelId, sessionId: null };
}

/** Checks all requirements at once, between the hooks that tell of it. Without requirements nothing is told. */
export async function checkRequirements(
  requirements: readonly Requirement[],
  ctx: Context,
  backend: Backend,
  options: GenerateOptions,
): Promise<Checked> {
  if (requirements.length === 0) return { verdicts: [], passed: true };
  const hooks = captureHooks(backend);
  let left = { requirements, modelOptions: options.modelOptions ?? {} };
  let results: ValidationResult[];
  try {
    if (hooks?.has('validation_pre_check'))
      left = await hooks.dispatch('validation_pre_check', { ...left, context: ctx }, hookContext(backend));
    const given = { ...options, modelOptions: left.modelOptions };
    results = await runInside(hooks, () => validateTogether(left.requirements, ctx, backend, given));
  } catch (error) {
    await tellFailure(left.requirements, error, backend, hooks);
    throw error;
  }
  const checked = await toldAfter(left.requirements, results, backend, hooks);
  return {
    verdicts: left.requirements.map((requirement, i) => [
      requirement,
      checked.results[i] as ValidationResult,
    ]),
    passed: checked.passed,
  };
}

/** One verdict each. What throws aborts its peers; an abort does not wait for a validator that hangs. */
async function validateTogether(
  requirements: readonly Requirement[],
  ctx: Context,
  backend: Backend,
  options: GenerateOptions,
): Promise<ValidationResult[]> {
  const { signal: outer } = options;
  throwIfAborted('validation', backend, outer);
  const peers = new AbortController();
  const unlink = linkAbort(outer, peers);
  const { signal } = peers;
  try {
    const verdicts = requirements.map((requirement) =>
      verdictOf(requirement, backend, ctx, { ...options, signal }),
    );
    return await untilAborted(Promise.all(verdicts), signal);
  } catch (error) {
    peers.abort(error);
    throw outer?.aborted ? cancelledError('validation', backend, outer) : error;
  } finally {
    unlink();
  }
}

async function verdictOf(
  requirement: Requirement,
  backend: Backend,
  ctx: Context,
  options: GenerateOptions,
): Promise<ValidationResult> {
  const verdict = await requirement.validate(backend, ctx, options);
  if (typeof verdict?.asBool === 'function') return verdict;
  throw new TypeError(
    `validate of ${className(requirement)} must give a ValidationResult, got ${describe(verdict)}.`,
  );
}

/** That there are no verdicts. The error goes to the caller, whatever plugins make of it. */
async function tellFailure(
  requirements: readonly Requirement[],
  thrown: unknown,
  backend: Backend,
  hooks: HookScope | null,
): Promise<void> {
  if (!hooks?.has('validation_post_check')) return;
  const exception = thrown instanceof Error ? thrown : new Error(textOf(thrown));
  const none = { results: [], allValidationsPassed: false, passedCount: 0, failedCount: 0 };
  const payload = { requirements, ...none, exception };
  try {
    await hooks.dispatch('validation_post_check', payload, hookContext(backend));
  } catch (error) {
    log('error', 'A plugin failed in validation_post_check.', { error });
  }
}

/** The verdicts as the plugins leave them. */
async function toldAfter(
  requirements: readonly Requirement[],
  results: readonly ValidationResult[],
  backend: Backend,
  hooks: HookScope | null,
): Promise<{ results: readonly ValidationResult[]; passed: boolean }> {
  const passedCount = results.filter((result) => result.asBool()).length;
  const passed = passedCount === results.length;
  if (!hooks?.has('validation_post_check')) return { results, passed };
  const payload = {
    requirements,
    results,
    allValidationsPassed: passed,
    passedCount,
    failedCount: results.length - passedCount,
  };
  const left = await hooks.dispatch('validation_post_check', payload, hookContext(backend));
  if (left.results.length === requirements.length) {
    const isDecided = left.allValidationsPassed !== passed;
    return {
      results: left.results,
      passed: isDecided ? !passed : left.results.every((result) => result.asBool()),
    };
  }
  throw new TypeError(
    `A plugin left ${left.results.length} validation results for ${requirements.length} requirements; give one each.`,
  );
}
