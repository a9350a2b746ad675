import { describe } from '@melliflow/core/implement';
import { untilAborted } from '../requirements/until-aborted.js';
import { ConductedStrategy } from './conducted-strategy.js';
import type { SampleAttempt } from './sample-attempt.js';
import type { SamplingRun } from './sampling-run.js';
import type { StrategyInit } from './strategy-init.js';

/**
 * Asks the same `loopBudget` times at once and chooses among the answers. If one attempt breaks, all are cancelled.
 *
 * @example
 * class Shortest extends ParallelSamplingStrategy {
 *   choose(attempts: readonly SampleAttempt[]): SampleAttempt {
 *     return attempts.reduce((a, b) => (a.result.value.length <= b.result.value.length ? a : b));
 *   }
 * }
 */
export abstract class ParallelSamplingStrategy extends ConductedStrategy {
  /** @throws RangeError for a `loopBudget` below 1; TypeError for what is no requirement. */
  constructor(init: StrategyInit = {}, defaultBudget = 4) {
    super(init, defaultBudget);
  }

  /**
   * One of `attempts`. They are those that meet all requirements; if none does, those that could be read; else all.
   */
  abstract choose(attempts: readonly SampleAttempt[]): SampleAttempt | Promise<SampleAttempt>;

  /** @internal */
  async _explore<S>(run: SamplingRun<S>): Promise<number> {
    await allAttempts(run);
    const candidates = bestOf(run.attempts);
    const chosen = await untilAborted(Promise.resolve(this.choose(candidates)), run.stop.signal);
    const index = run.attempts.indexOf(chosen as SampleAttempt<S>);
    if (index >= 0) return index;
    throw new TypeError(`choose() must give one of the attempts, got ${describe(chosen)}.`);
  }
}

/** Makes them at once. The first that breaks aborts the others; it is thrown when nothing runs any more. */
async function allAttempts<S>(run: SamplingRun<S>): Promise<void> {
  let broken: { readonly error: unknown } | null = null;
  const attempts = Array.from({ length: run.loopBudget }, async (_, index) => {
    try {
      await run.attempt(run.first, {}, index);
    } catch (error) {
      broken ??= { error };
      run.stop.abort(error);
    }
  });
  await Promise.all(attempts);
  const { error } = (broken ?? {}) as { error?: unknown };
  if (broken) throw error;
}

function bestOf<S>(attempts: readonly SampleAttempt<S>[]): readonly SampleAttempt<S>[] {
  const good = attempts.filter(({ success }) => success);
  if (good.length > 0) return good;
  const readable = attempts.filter(({ parseError }) => parseError === null);
  return readable.length > 0 ? readable : attempts;
}
