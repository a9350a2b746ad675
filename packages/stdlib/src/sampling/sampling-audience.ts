import type { Backend, HookPayloads, HookScope, Requirement, SamplingResult } from '@melliflow/core';
import { captureHooks, log, textOf } from '@melliflow/core/implement';
import { hookContext } from '../requirements/check-requirements.js';
import { progressBar, terminalOf } from './progress-bar.js';
import type { SampleAttempt, SampleStep } from './sample-attempt.js';
import type { SamplingProgress } from './sampling-progress.js';
import { checkedBudget, type StrategyInit } from './strategy-init.js';

type SamplingHook = 'sampling_loop_start' | 'sampling_iteration' | 'sampling_repair' | 'sampling_loop_end';

/** Who is told of a run: the plugins that listened at its begin, the strategy's listener, and its progress bar. */
export class SamplingAudience {
  readonly strategyName: string;
  readonly backend: Backend;
  readonly hooks: HookScope | null;
  readonly listeners: readonly ((event: SamplingProgress) => void)[];

  constructor(strategyName: string, backend: Backend, { onProgress, progress }: StrategyInit) {
    this.strategyName = strategyName;
    this.backend = backend;
    this.hooks = captureHooks(backend);
    const bar = progressBar(terminalOf(progress));
    this.listeners = [onProgress, bar].filter((listener) => typeof listener === 'function');
  }

  /** The budget as plugins leave it. @throws RangeError when they leave one below 1. */
  async begin(first: SampleStep, requirements: readonly Requirement[], loopBudget: number): Promise<number> {
    const left = await this.dispatch('sampling_loop_start', {
      action: first.action,
      context: first.ctx,
      requirements,
      loopBudget,
    });
    const budget = checkedBudget(left?.loopBudget ?? loopBudget);
    this.tell({ type: 'start', strategy: this.strategyName, loopBudget: budget });
    return budget;
  }

  async attempt(attempt: SampleAttempt, loopBudget: number): Promise<void> {
    const { action, result, validations, success } = attempt;
    const passed = validations.filter(([, verdict]) => verdict.asBool()).length;
    const total = validations.length;
    const iteration = attempt.index + 1;
    await this.dispatch('sampling_iteration', {
      iteration,
      action,
      result,
      validationResults: validations,
      allValidationsPassed: success,
      validCount: passed,
      totalCount: total,
    });
    this.tell({ type: 'attempt', attempt: iteration, loopBudget, success, passed, total });
  }

  /** Tells of a step that was made of a failed attempt. */
  async repair(failed: SampleAttempt, next: SampleStep, repairType: string): Promise<void> {
    const { index, action, result, validations } = failed;
    await this.dispatch('sampling_repair', {
      repairType,
      repairIteration: index + 1,
      failedAction: action,
      failedResult: result,
      failedValidations: validations.filter(([, verdict]) => !verdict.asBool()),
      repairAction: next.action,
      repairContext: next.ctx,
    });
    this.tell({ type: 'repair', attempt: index + 2 });
  }

  async end({ success, result }: SamplingResult<unknown>, attempts: number): Promise<void> {
    this.tell({ type: 'end', success, attempts });
    await this.dispatch('sampling_loop_end', {
      success,
      iterationsUsed: attempts,
      finalResult: result,
      failureReason: success ? null : `None of ${attempts} attempts meets all requirements.`,
    });
  }

  /** The error goes to the caller, whatever plugins make of it. */
  async failure(thrown: unknown, attempts: number): Promise<void> {
    this.tell({ type: 'end', success: false, attempts });
    const exception = thrown instanceof Error ? thrown : new Error(textOf(thrown));
    try {
      await this.dispatch('sampling_loop_end', {
        success: false,
        iterationsUsed: attempts,
        finalResult: null,
        failureReason: exception.name,
        exception,
      });
    } catch (error) {
      log('error', 'A plugin failed in sampling_loop_end.', { error });
    }
  }

  /** The payload as plugins leave it; null when nobody listens. */
  async dispatch<T extends SamplingHook>(
    type: T,
    facts: Omit<HookPayloads[T], 'strategyName'>,
  ): Promise<HookPayloads[T] | null> {
    if (!this.hooks?.has(type)) return null;
    const payload = { strategyName: this.strategyName, ...facts } as HookPayloads[T];
    return this.hooks.dispatch(type, payload, hookContext(this.backend));
  }

  tell(event: SamplingProgress): void {
    for (const listener of this.listeners) {
      try {
        listener(event);
      } catch (error) {
        log('error', 'A listener to the progress of a sampling run failed.', { error });
      }
    }
  }
}
