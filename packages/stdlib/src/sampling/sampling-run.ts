import {
  type Backend,
  blockify,
  type CBlock,
  type ComponentLike,
  type Context,
  GenerationCancelledError,
  type Requirement,
  type SampleOptions,
  SamplingResult,
  ValidationResult,
} from '@melliflow/core';
import { linkAbort, mergeModelOptions, runInside } from '@melliflow/core/implement';
import { validated } from '@melliflow/schema';
import { listOf } from '../components/list-of.js';
import { type Checked, checkRequirements } from '../requirements/check-requirements.js';
import { reqify } from '../requirements/reqify.js';
import { cancelledError, throwIfAborted, untilAborted } from '../requirements/until-aborted.js';
import { checkedStep } from './checked-step.js';
import { contextToJudge, type Generate, generateAttempt } from './generate-attempt.js';
import { ParseFailure } from './parse-failure.js';
import { readAsAsked } from './read-as-asked.js';
import { witnessOf } from './run-witness.js';
import type { SampleAttempt, SampleStep } from './sample-attempt.js';
import { SamplingAudience } from './sampling-audience.js';
import type { StrategyInit } from './strategy-init.js';

/** What a run takes from its strategy. */
export interface RunSettings extends StrategyInit {
  readonly name: string;
  readonly loopBudget: number;
}

/** What one attempt does otherwise than the others of its run. */
export interface AttemptSettings<S> {
  /** Who answers. Default: the run's backend. */
  backend?: Backend | undefined;
  /** How the output comes. Default: one call. */
  generate?: Generate<S> | undefined;
  /** Who is asked for verdicts. Default: the run's backend. */
  judge?: Backend | undefined;
}

/** One run of a strategy: makes attempts, judges and keeps them. */
export class SamplingRun<S> {
  readonly attempts: SampleAttempt<S>[] = [];
  readonly first: SampleStep;
  readonly backend: Backend;
  readonly requirements: readonly Requirement[];
  readonly options: SampleOptions;
  readonly audience: SamplingAudience;
  /** Aborts all that runs. */
  readonly stop: AbortController = new AbortController();
  loopBudget: number;

  constructor(
    strategy: RunSettings,
    action: ComponentLike | CBlock | string,
    ctx: Context,
    backend: Backend,
    options: SampleOptions,
  ) {
    this.loopBudget = strategy.loopBudget;
    this.first = { action: blockify(action), ctx };
    this.backend = backend;
    const { format } = options;
    this.options = format === undefined ? options : { ...options, format: validated(format) };
    this.requirements = merged(strategy.requirements, options.requirements);
    this.audience = new SamplingAudience(strategy.name, backend, strategy);
  }

  /** From the first hook to the last: `explore` makes the attempts and says which is chosen. */
  async conduct(explore: () => Promise<number>): Promise<SamplingResult<S>> {
    const { signal } = this.options;
    throwIfAborted('sampling', this.backend, signal);
    const unlink = linkAbort(signal, this.stop);
    let result: SamplingResult<S>;
    try {
      this.loopBudget = await this.audience.begin(this.first, this.requirements, this.loopBudget);
      result = this.conclude(await runInside(this.audience.hooks, explore));
    } catch (thrown) {
      const error = signal?.aborted ? this.cancelled(thrown, signal) : thrown;
      this.stop.abort(error);
      await this.audience.failure(error, this.attempts.filter(Boolean).length);
      throw error;
    } finally {
      unlink();
    }
    await this.audience.end(result, this.attempts.length);
    return result;
  }

  /** Makes an attempt, the `index`th, and judges it. */
  async attempt(
    step: SampleStep,
    settings: AttemptSettings<S> = {},
    index: number = this.attempts.length,
  ): Promise<SampleAttempt<S>> {
    const { backend = this.backend, generate = generateAttempt, judge = this.backend } = settings;
    const { signal } = this.stop;
    const answer = await generate(step, backend, { ...this.seeded(index, backend), signal });
    const witness = witnessOf(this.options);
    witness?.(answer.result);
    const asIs = this.options.format || step.action === this.first.action;
    const generated = asIs ? answer : await readAsAsked(this.first.action, answer);
    const { result, parseError } = generated;
    if (result.generateLog) result.generateLog.isFinalResult = false;
    const { verdicts, passed } = parseError
      ? unreadable(new ParseFailure(parseError))
      : await checkRequirements(
          this.requirements,
          contextToJudge(step, result, this.options.validationCtx),
          judge,
          { modelOptions: this.options.modelOptions, signal },
        );
    for (const [, { thunk }] of verdicts) if (thunk) witness?.(thunk);
    const { action, ctx } = step;
    const attempt = { action, ctx, ...generated, index, validations: verdicts, success: passed };
    this.attempts[index] = attempt;
    await this.audience.attempt(attempt, this.loopBudget);
    return attempt;
  }

  /** What to ask after `failed`, as `repair` says. */
  async nextStep(
    failed: SampleAttempt<S>,
    repairType: string,
    repair: () => SampleStep | Promise<SampleStep>,
  ): Promise<SampleStep> {
    const step = checkedStep(await untilAborted(Promise.resolve().then(repair), this.stop.signal));
    await this.audience.repair(failed, step, repairType);
    return step;
  }

  /** What an abort is told as: a generation's own error has the text that came. */
  cancelled(thrown: unknown, signal: AbortSignal): Error {
    if (GenerationCancelledError.is(thrown)) return thrown;
    return cancelledError('sampling', this.backend, signal);
  }

  /** The call's options. A seed is raised by one with each attempt: with the same one all might be the same. */
  seeded(index: number, backend: Backend): SampleOptions {
    const { modelOptions = {} } = this.options;
    const seed = modelOptions.seed ?? backend.modelOptions.seed;
    if (seed === undefined || index === 0) return this.options;
    return { ...this.options, modelOptions: mergeModelOptions(modelOptions, { seed: seed + index }) };
  }

  /** @throws RangeError when `chosen` names no attempt. */
  conclude(chosen: number): SamplingResult<S> {
    const { attempts } = this;
    const result = new SamplingResult<S>({
      success: attempts[chosen]?.success ?? false,
      resultIndex: chosen,
      sampleGenerations: attempts.map((attempt) => attempt.result),
      sampleValidations: attempts.map((attempt) => attempt.validations),
      sampleActions: attempts.map((attempt) => attempt.action),
      sampleContexts: attempts.map((attempt) => attempt.resultCtx),
    });
    if (result.result.generateLog) result.result.generateLog.isFinalResult = true;
    return result;
  }
}

function unreadable(failure: ParseFailure): Checked {
  const verdict = new ValidationResult(false, { reason: failure.error.message });
  return { verdicts: [[failure, verdict]], passed: false };
}

/** First the strategy's, then the call's; one that both name is checked once. */
function merged(
  ofStrategy: readonly (Requirement | string)[] = [],
  ofCall: readonly Requirement[] | undefined,
): Requirement[] {
  return [
    ...new Set([...ofStrategy, ...listOf(ofCall, 'requirements')].map((requirement) => reqify(requirement))),
  ];
}
