import {
  type Backend,
  type CBlock,
  type ComponentLike,
  type Context,
  type OutputFormat,
  type Requirement,
  type SampleOptions,
  type SamplingResult,
  SamplingStrategy,
} from '@melliflow/core';
import { className, supportedBackend } from '@melliflow/core/implement';
import { listOf } from '../components/list-of.js';
import { reqify } from '../requirements/reqify.js';
import { terminalOf } from './progress-bar.js';
import type { ProgressTerminal, SamplingProgress } from './sampling-progress.js';
import { SamplingRun } from './sampling-run.js';
import { checkedBudget, type StrategyInit } from './strategy-init.js';

/** Options with a format: the type of the outputs is the schema's. */
export interface FormattedSampleOptions<T> extends SampleOptions {
  format: OutputFormat<T>;
}

/** What all our strategies have in common: their settings, and a run that tells hooks and listeners of itself. */
export abstract class ConductedStrategy extends SamplingStrategy {
  /** The strategy's name in hooks and progress. Minifiers change it in classes of your own that do not set it. */
  readonly name: string = className(this);
  /** How many attempts are made in all, at most. */
  readonly loopBudget: number;
  /** Checked before those of a call. */
  readonly requirements: readonly Requirement[];
  readonly onProgress: ((event: SamplingProgress) => void) | undefined;
  readonly progress: boolean | ProgressTerminal | undefined;

  /** @throws RangeError for a `loopBudget` below 1; TypeError for what is no requirement. */
  constructor(init: StrategyInit, defaultBudget: number) {
    super();
    this.loopBudget = checkedBudget(init.loopBudget ?? defaultBudget);
    this.requirements = listOf(init.requirements, 'requirements').map(reqify);
    this.onProgress = init.onProgress;
    terminalOf(init.progress);
    this.progress = init.progress;
  }

  /**
   * Makes attempts and gives them all, with the chosen one. That none meets its requirements is no error: the result
   * says so. An output that cannot be read counts as a failed attempt.
   *
   * @throws GenerationCancelledError (`generation_cancelled`) when the signal aborts; what runs is cancelled.
   * @throws Whatever the backend or a validator throws.
   */
  async sample<T>(
    action: ComponentLike | CBlock | string,
    ctx: Context,
    backend: Backend,
    options: FormattedSampleOptions<T>,
  ): Promise<SamplingResult<T>>;
  async sample<S = string>(
    action: ComponentLike<S> | CBlock | string,
    ctx: Context,
    backend: Backend,
    options?: SampleOptions,
  ): Promise<SamplingResult<S>>;
  async sample<S>(
    action: ComponentLike<S> | CBlock | string,
    ctx: Context,
    backend: Backend,
    options: SampleOptions = {},
  ): Promise<SamplingResult<S>> {
    this._check(action, ctx);
    const run = new SamplingRun<S>(this, action, ctx, supportedBackend(backend), options);
    return run.conduct(() => this._explore(run));
  }

  /** What `JSON.stringify` shows: no backends, which may hold credentials. */
  toJSON(): Record<string, unknown> {
    return { name: this.name, loopBudget: this.loopBudget };
  }

  /** @internal Refuses what cannot be sampled, before any request. */
  _check(_action: ComponentLike | CBlock | string, _ctx: Context): void {}

  /** @internal Makes the attempts of a run and gives the index of the chosen one. */
  abstract _explore<S>(run: SamplingRun<S>): Promise<number>;
}
