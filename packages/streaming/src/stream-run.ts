import {
  type ComputedModelOutputThunk,
  type Context,
  GenerationCancelledError,
  isComponent,
  type ModelOutputThunk,
  type PartialValidationResult,
  type Requirement,
  type ValidationResult,
} from '@melliflow/core';
import { linkAbort, type ReplayLog, snapshot } from '@melliflow/core/implement';
import type { AttemptPlan } from './check-plan.js';
import { Joint } from './joint.js';
import { JudgeUsage } from './judge-usage.js';
import { judgeWhole } from './judge-whole.js';
import { lastEventsOf, type StreamEnd, shownBeyond } from './last-events.js';
import { Outbox } from './outbox.js';
import { askAgain, askToGoOn, type NextCall, reasonsOf } from './repair.js';
import { type AttemptReport, reportOf, type StreamAccount, sumOf } from './stream-accounting.js';
import { StreamAttempt } from './stream-attempt.js';
import type { StreamEvent } from './stream-events.js';
import type { StreamRunInit } from './stream-run-init.js';
import { TextReaders } from './text-readers.js';
import { untilAborted } from './until-aborted.js';
import { validatedPart } from './validated-part.js';

/** How long a backend that ignores its signal may hold up a cancel (contract 2.7). */
const GRACE_MS = 1000;

/** One validated stream: attempt after attempt until one comes to its end, and what readers get of them. */
export class StreamRun<S> {
  readonly outbox: Outbox;
  readonly readers: TextReaders;
  readonly ctx: Context;
  readonly reports: AttemptReport[] = [];
  readonly judging: JudgeUsage = new JudgeUsage();
  finalValidations: ValidationResult[] = [];
  outcome: ComputedModelOutputThunk<S | string> | null = null;
  success = false;
  /** What threw, for `acomplete()` and the readers of chunks. */
  failure: { readonly error: unknown } | null = null;
  end: StreamEnd['kind'] | null = null;
  timeToFirstChunkMs: number | null = null;
  /** Aborts when nothing of the stream is wanted any more. */
  readonly stop: AbortController = new AbortController();
  attempt: StreamAttempt<S>;
  cancelled = false;
  /** How many chunks of the text stand. */
  released = 0;
  /** @internal */
  readonly _init: StreamRunInit<S>;

  constructor(init: StreamRunInit<S>) {
    this._init = init;
    this.ctx = init.before.add(init.action);
    this.outbox = new Outbox(init.hooks);
    this.readers = new TextReaders(() => init.retry?.mode === 'restart' && this.mayRetry);
    this.attempt = this.newAttempt(1, init.thunk, init.first, null);
  }

  get events(): ReplayLog<StreamEvent> {
    return this.outbox.events;
  }

  get thunk(): ModelOutputThunk<S> {
    return this.attempt.thunk;
  }

  get streamingFailures(): [Requirement, PartialValidationResult][] {
    return this.attempt.failures;
  }

  /** The raw output up to the end of the last released chunk; the whole of it once it came to its end (6.6). */
  get fullText(): string {
    return this.outcome?.value ?? this.attempt.text.slice(0, this.attempt.settledEnd);
  }

  get account(): StreamAccount {
    const { verdict, timeToFirstChunkMs } = this;
    const judges = this.judging.sumBut(this.outcome);
    return { verdict, ...sumOf(this.reports), judges, timeToFirstChunkMs };
  }

  get verdict(): StreamAccount['verdict'] {
    if (this.end !== 'done') return this.end;
    if (this.attempt.plan.judges.length === 0) return 'unchecked';
    return this.finalValidations.every((result) => result.asBool()) ? 'passed' : 'failed';
  }

  /** Runs to the end. It never rejects: an error stands in the logs for those who read them. */
  async start(): Promise<void> {
    const unlink = linkAbort(this._init.signal, this.stop);
    let end: StreamEnd;
    try {
      end = await this.follow();
    } catch (error) {
      end = { kind: 'error', error };
    }
    this.stop.abort();
    unlink();
    this.outbox.close();
    await this.attempt.cancelThunk();
    this.conclude(end);
    await this.outbox.lastWords(lastEventsOf(this, end));
    if (this._init.hooks) await this._init.hooks.end(this);
    this.readers.end(this.failure);
    this.events.end();
  }

  async cancel(reason?: unknown): Promise<void> {
    if (this.events.ended) return;
    this.cancelled = true;
    this.stop.abort(reason);
    await this.attempt.cancelThunk(reason);
    await this.events.finished();
  }

  async follow(): Promise<StreamEnd> {
    for (;;) {
      const end = await this.attempt.run();
      if (end === 'done') return this.complete();
      if (end === 'stopped') return this.stoppedEnd();
      if (!this.mayRetry) return { kind: 'failed' };
      if (this.stop.signal.aborted) return this.stoppedEnd();
      await this.tryAgain();
      if (this.stop.signal.aborted) return this.stoppedEnd();
    }
  }

  get mayRetry(): boolean {
    return this.attempt.number < (this._init.retry?.attempts ?? 1);
  }

  /** The model came to its end, and all passed. */
  async complete(): Promise<StreamEnd> {
    const { text, thunk, number: attempt, joint } = this.attempt;
    const outcome = snapshot(thunk, text) as ComputedModelOutputThunk<S>;
    outcome.parsedRepr = joint ? ((await this.read(outcome)) as S) : thunk.parsedRepr;
    const { judges } = this.attempt.plan;
    this.outbox.tell({ type: 'streaming_done', attempt, fullText: text }, () => {
      this.outcome = outcome;
    });
    if (judges.length > 0) {
      const results = await this.judge(judges, this.ctx.add(outcome));
      if (results === null) return this.stoppedEnd();
      this.finalValidations = results;
      this.judging.add(results);
      const passed = results.every((result) => result.asBool());
      this.outbox.tell({ type: 'full_validation', attempt, passed, results: Object.freeze([...results]) });
    }
    return (await this.told()) ? { kind: 'done' } : this.stoppedEnd();
  }

  /** A joined text was never one answer to the backend, so the action reads it here. */
  async read(outcome: ModelOutputThunk<S>): Promise<unknown> {
    const { action } = this._init;
    return isComponent(action) ? await action.parse(outcome as unknown as ModelOutputThunk) : outcome.value;
  }

  judge(judges: readonly Requirement[], ctx: Context): Promise<ValidationResult[] | null> {
    const { signal } = this.stop;
    return untilAborted(judgeWhole(judges, this._init.validationBackend, ctx, signal), signal);
  }

  /** The next attempt: what does not stand is taken back, and the model is asked again. */
  async tryAgain(): Promise<void> {
    const { action, before, retry, canPrefill } = this._init;
    const failed = this.attempt;
    const reasons = reasonsOf(failed.failures);
    this.reports.push(reportOf(failed, this._init.maxTokens, reasons.join('; ')));
    const kept = retry?.mode === 'resume' ? this.fullText : '';
    if (retry?.mode === 'resume' && kept === '' && this.released > 0) throw this.noPlace();
    const released = kept === '' ? 0 : this.released;
    for (const [channel, chunkIndex] of shownBeyond(failed.shown, {
      text: released,
      thinking: 0,
      tool_call: 0,
    })) {
      this.outbox.tell({ type: 'retract', channel, chunkIndex, attempt: failed.number }, () => {
        failed.shown[channel] = chunkIndex;
        failed.settledCount[channel] = chunkIndex;
        if (channel !== 'text') return;
        failed.settledEnd = kept.length;
        this.readers.forget();
      });
    }
    const number = failed.number + 1;
    this.outbox.tell({ type: 'retry', attempt: number, reason: reasons.join('; ') }, () => {
      // What passed before its chunk was over was never shown, so no `retract` took it back.
      if (kept === '') this.readers.forget();
    });
    if (!(await this.told())) return;
    this.released = released;
    const facts = { action, ctx: before, reasons, repair: retry?.repair };
    const call = kept === '' ? askAgain(facts) : askToGoOn(facts, kept, canPrefill);
    const separator = /^\s*/.exec(failed.text.slice(kept.length))?.[0] ?? '';
    const plan = this._init.plan.attempt();
    const thunk = await this.ask(call);
    if (!thunk) return;
    const joint = kept === '' ? null : new Joint({ kept, separator, exact: canPrefill });
    this.attempt = this.newAttempt(number, thunk, plan, joint);
  }

  noPlace(): TypeError {
    return new TypeError(
      `chunking '${this._init.plan.chunking.name}' gives chunks that are not in the text, so there is no place to go on ` +
        "from; use retry.mode 'restart' with it.",
    );
  }

  /** A new generation; null when the stream was stopped before it began. */
  async ask(call: NextCall): Promise<ModelOutputThunk<S> | null> {
    const { signal } = this.stop;
    const asked = this._init.ask(call, signal);
    try {
      const thunk = await untilAborted(asked, signal, GRACE_MS);
      // Nobody waits for it any more: if it begins after all, it ends at once, and its errors are nobody's.
      if (!thunk) void asked.then((late) => late.cancelGeneration()).catch(() => undefined);
      return thunk;
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  }

  newAttempt(
    number: number,
    thunk: ModelOutputThunk<S>,
    plan: AttemptPlan,
    joint: Joint | null,
  ): StreamAttempt<S> {
    const { rule, retry, validationBackend, format } = this._init;
    return new StreamAttempt<S>({
      number,
      thunk,
      plan,
      chunking: this._init.plan.chunking,
      rule,
      retry,
      validationBackend,
      ctx: this.ctx,
      stop: this.stop.signal,
      outbox: this.outbox,
      judging: this.judging,
      joint,
      firstIndex: this.released,
      passed: () => {
        this.timeToFirstChunkMs ??= performance.now() - this._init.startedAt;
      },
      textPassed: ({ text, chunkIndex }, separator, source) => {
        this.released = chunkIndex + 1;
        this.readers.chunk(text, separator);
        if (this.clearsByChunk) this.readers.clear(separator + source);
      },
      cleared: format && !this.clearsByChunk ? (text) => this.readers.clear(text) : null,
      cancelled: async (cancelled, reason) => {
        if (cancelled === this.thunk) await this.cancel(reason);
      },
    });
  }

  /** Plugins may refuse a chunk, so readers of a format get it when it is out, not before. */
  get clearsByChunk(): boolean {
    return this._init.format !== undefined && this._init.hooks?.hearsEvents === true;
  }

  /** Until all that was told is out; false when the stream was stopped before. */
  async told(): Promise<boolean> {
    if (this.outbox.pending > 0) await untilAborted(this.outbox.last, this.stop.signal);
    if (this.outbox.refused) throw this.outbox.refused.error;
    return !this.stop.signal.aborted;
  }

  /** Why the run was stopped: by a cancel of it or of its thunk, or by the caller's signal. */
  stoppedEnd(): StreamEnd {
    const { signal } = this._init;
    if (this.cancelled || !signal?.aborted) return { kind: 'cancelled' };
    const { provider, model } = this.thunk.generation;
    const origin = { provider: provider ?? 'unknown', model: model ?? 'unknown' };
    const error = new GenerationCancelledError('The stream was aborted.', {
      ...origin,
      cause: signal.reason,
    });
    return { kind: 'error', error };
  }

  /** Fixes the outcome. No restart comes any more, so what waited for one is given. */
  conclude(end: StreamEnd): void {
    this.end = end.kind;
    this.success = end.kind === 'done';
    const rest = this.outcome ? this.attempt.unsettled.take(Number.POSITIVE_INFINITY) : '';
    if (this.clearsByChunk) this.readers.clear(rest);
    this.readers.settle(rest);
    this.outcome ??= validatedPart(this.thunk as ModelOutputThunk<unknown>, this.fullText);
    if (end.kind === 'error') this.failure = end;
    if (this.reports.at(-1)?.attempt === this.attempt.number) return;
    const reason = end.kind === 'failed' ? reasonsOf(this.streamingFailures).join('; ') : null;
    this.reports.push(reportOf(this.attempt, this._init.maxTokens, reason));
  }
}
