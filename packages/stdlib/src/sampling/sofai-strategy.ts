import type { Backend } from '@melliflow/core';
import { describe, supportedBackend } from '@melliflow/core/implement';
import { ImproveAttempt } from './improve-attempt.js';
import { MultiTurnStrategy } from './multi-turn-strategy.js';
import type { SampleAttempt, SampleStep } from './sample-attempt.js';
import type { SamplingRun } from './sampling-run.js';
import type { StrategyInit } from './strategy-init.js';

const modes = ['fresh_start', 'continue_chat', 'best_attempt'] as const;

/**
 * What the slow model is asked: `fresh_start`, the question alone; `continue_chat`, to go on with the fast one's
 * conversation; `best_attempt`, to better the attempt that met most requirements.
 */
export type SofaiMode = (typeof modes)[number];

/** Who solves, and how. */
export interface SofaiInit extends StrategyInit {
  /** Answers first and repairs. Default: the backend of the call. */
  fast?: Backend | undefined;
  /** Answers once, when the fast one did not get there. */
  slow: Backend;
  /** Default `fresh_start`. */
  mode?: SofaiMode | undefined;
  /** Judges where a requirement needs a model. Default: the backend of the call. */
  judge?: Backend | undefined;
}

/**
 * A fast model tries and repairs in a conversation; when it gets no better, or has one attempt left, a slow one has
 * the last attempt. What failed and why is told to the fast one, and to the slow one unless it starts afresh. `loopBudget` counts both, 4 by default.
 *
 * @example
 * new SofaiStrategy({ fast: small, slow: large, mode: 'best_attempt' });
 */
export class SofaiStrategy extends MultiTurnStrategy {
  override readonly name: string = 'SofaiStrategy';
  readonly fast: Backend | null;
  readonly slow: Backend;
  readonly mode: SofaiMode;
  readonly judge: Backend | null;

  /** @throws RangeError for a `loopBudget` below 2; TypeError for what is no backend, mode or requirement. */
  constructor(init: SofaiInit) {
    super(init, 4);
    if (this.loopBudget < 2)
      throw new RangeError(
        'loopBudget must be at least 2: an attempt of the fast model and one of the slow one.',
      );
    this.fast = init.fast === undefined ? null : checkedBackend('fast', init.fast);
    this.slow = checkedBackend('slow', init.slow);
    this.judge = init.judge === undefined ? null : checkedBackend('judge', init.judge);
    this.mode = init.mode ?? 'fresh_start';
    if (!modes.includes(this.mode))
      throw new TypeError(`mode must be one of ${modes.join(', ')}, got ${describe(this.mode)}.`);
  }

  /** @internal */
  override async _explore<S>(run: SamplingRun<S>): Promise<number> {
    const settings = { backend: this.fast ?? undefined, judge: this.judge ?? undefined };
    const last = await this._tryFast(run, settings);
    if (last.success || run.loopBudget === 1) return last.index;
    const step = await run.nextStep(last, this.mode, () => this._forSlow(run));
    const slow = await run.attempt(step, { ...settings, backend: this.slow });
    return slow.success ? slow.index : this.selectFromFailure(run.attempts);
  }

  /** @internal The fast model's attempts; the last of them is good, or no better than the one before. */
  async _tryFast<S>(run: SamplingRun<S>, settings: object): Promise<SampleAttempt<S>> {
    let attempt = await run.attempt(run.first, settings);
    while (!attempt.success && run.attempts.length < run.loopBudget - 1) {
      const before = attempt;
      const step = await run.nextStep(before, this.name, () => this.repair(before));
      attempt = await run.attempt(step, settings);
      if (failures(attempt) === failures(before)) break;
    }
    return attempt;
  }

  /** @internal */
  _forSlow<S>({ first, attempts }: SamplingRun<S>): SampleStep {
    const last = attempts.at(-1) as SampleAttempt<S>;
    if (this.mode === 'fresh_start') return first;
    if (this.mode === 'continue_chat') return this.repair(last);
    return { action: new ImproveAttempt(first.action, bestOf(attempts)), ctx: first.ctx };
  }
}

/** Which requirements failed, and why: the same twice means that the model got no better. */
function failures({ validations }: SampleAttempt): string {
  const failed = validations.flatMap(([{ description }, verdict], i) =>
    verdict.asBool() ? [] : [[i, description, verdict.reason, verdict.score]],
  );
  return JSON.stringify(failed);
}

/** The attempt that meets most requirements; among equals the later, which knew of more mistakes. */
function bestOf(attempts: readonly SampleAttempt[]): SampleAttempt {
  const passed = ({ validations }: SampleAttempt): number =>
    validations.filter(([, verdict]) => verdict.asBool()).length;
  return attempts.reduce((best, attempt) => (passed(attempt) >= passed(best) ? attempt : best));
}

function checkedBackend(field: string, backend: Backend): Backend {
  if (typeof backend?.generateFromContext === 'function') return supportedBackend(backend);
  throw new TypeError(`${field} must be a Backend, got ${describe(backend)}.`);
}
