import { ConductedStrategy } from './conducted-strategy.js';
import type { SampleAttempt, SampleStep } from './sample-attempt.js';
import type { AttemptSettings, SamplingRun } from './sampling-run.js';
import type { StrategyInit } from './strategy-init.js';

/**
 * Generates, validates and tries again, one attempt after the other. A strategy of your own says what to ask next,
 * and perhaps what to give when nothing was good enough.
 *
 * @example
 * class AskAgainFormally extends BaseSamplingStrategy {
 *   repair(last: SampleAttempt): SampleStep {
 *     return { ctx: last.ctx, action: new CBlock(`Say this more formally: ${last.result}`) };
 *   }
 * }
 */
export abstract class BaseSamplingStrategy extends ConductedStrategy {
  /** @throws RangeError for a `loopBudget` below 1; TypeError for what is no requirement. */
  constructor(init: StrategyInit = {}, defaultBudget = 2) {
    super(init, defaultBudget);
  }

  /**
   * What to ask after `last` failed, and in which context: `last.ctx` to ask anew, `last.resultCtx` to go on from the
   * answer. `attempts` has all so far, `last` too. It is not asked when the budget is used up.
   */
  abstract repair(last: SampleAttempt, attempts: readonly SampleAttempt[]): SampleStep | Promise<SampleStep>;

  /** Which of the failed attempts to give, by its index. Default: the first that could be read. */
  selectFromFailure(attempts: readonly SampleAttempt[]): number {
    const readable = attempts.findIndex(({ parseError }) => parseError === null);
    return Math.max(0, readable);
  }

  /** @internal */
  async _explore<S>(run: SamplingRun<S>): Promise<number> {
    let step = run.first;
    for (;;) {
      const attempt = await run.attempt(step, this._attemptSettings());
      if (attempt.success) return attempt.index;
      if (run.attempts.length >= run.loopBudget) return this.selectFromFailure(run.attempts);
      step = await run.nextStep(attempt, this.name, () => this.repair(attempt, run.attempts));
    }
  }

  /** @internal How each attempt is made. */
  _attemptSettings<S>(): AttemptSettings<S> {
    return {};
  }
}
