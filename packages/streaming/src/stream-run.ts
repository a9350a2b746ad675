import type {
  Backend,
  ComputedModelOutputThunk,
  Context,
  ModelOutputThunk,
  PartialValidationResult,
  Requirement,
  StreamValidationIo,
  ValidationResult,
} from '@melliflow/core';
import { GenerationCancelledError } from '@melliflow/core';
import { describe, linkAbort, ReplayLog, snapshot, textOf } from '@melliflow/core/implement';
import { checkChunk, checkedResult, explained } from './check-chunk.js';
import type { Chunker, Segment } from './chunkers/chunking-strategy.js';
import type { StreamEvent } from './stream-events.js';
import type { StreamHooks } from './stream-hooks.js';

/** What a run is made of. */
export interface StreamRunInit<S> {
  thunk: ModelOutputThunk<S>;
  /** The context with the action. */
  ctx: Context;
  chunker: Chunker;
  /** The chunking's name, for errors. */
  chunking: string;
  /** Clones, for this run alone. */
  requirements: readonly Requirement[];
  validationBackend: Backend;
  signal: AbortSignal | undefined;
  /** Null when nobody listens. */
  hooks: StreamHooks | null;
}

type NewEvent<E = StreamEvent> = E extends StreamEvent ? Omit<E, 'timestamp'> : never;

/** How a run can end. */
type End = { kind: 'done' } | { kind: 'failed' } | { kind: 'cancelled' } | { kind: 'error'; error: unknown };

/** The one attempt of every run so far; retries come as further ones. */
const attempt = 1;

/** One validated stream: takes deltas, releases chunks that passed, and ends exactly once. */
export class StreamRun<S> {
  readonly thunk: ModelOutputThunk<S>;
  readonly events: ReplayLog<StreamEvent> = new ReplayLog();
  readonly chunks: ReplayLog<string> = new ReplayLog();
  readonly ctx: Context;
  readonly streamingFailures: [Requirement, PartialValidationResult][] = [];
  finalValidations: ValidationResult[] = [];
  outcome: ComputedModelOutputThunk<S | string> | null = null;
  success = false;
  /** What threw, for `acomplete()` and the readers of chunks. */
  failure: { readonly error: unknown } | null = null;
  /** Aborts when no verdict is wanted any more. */
  readonly stop: AbortController = new AbortController();
  readonly chunker: Chunker;
  readonly chunking: string;
  readonly requirements: readonly Requirement[];
  readonly io: StreamValidationIo;
  readonly signal: AbortSignal | undefined;
  readonly hooks: StreamHooks | null;
  /** Where the last released segment ends in the raw output. */
  releasedEnd = 0;
  released = 0;
  cancelled = false;

  constructor(init: StreamRunInit<S>) {
    this.thunk = init.thunk;
    this.ctx = init.ctx;
    this.chunker = init.chunker;
    this.chunking = init.chunking;
    this.requirements = init.requirements;
    this.signal = init.signal;
    this.hooks = init.hooks;
    this.io = { backend: init.validationBackend, ctx: init.ctx, signal: this.stop.signal };
  }

  /** The raw output up to the end of the last released segment; the whole of it once it came to its end (6.6). */
  get fullText(): string {
    return this.outcome?.value ?? this.thunk.partialValue.slice(0, this.releasedEnd);
  }

  /** Runs to the end. It never rejects: an error stands in the logs for those who read them. */
  async start(): Promise<void> {
    const unlink = linkAbort(this.signal, this.stop);
    void this.watchThunk();
    let end: End;
    try {
      end = await this.follow();
    } catch (error) {
      end = { kind: 'error', error };
    }
    this.stop.abort();
    unlink();
    await this.thunk.cancelGeneration();
    for (const event of this.lastEvents(end)) {
      if (this.hooks?.hearsEvents) await this.hooks.lastEvent(event);
      this.events.push(event);
    }
    if (this.hooks) await this.hooks.end(this);
    this.chunks.end(this.failure ?? undefined);
    this.events.end();
  }

  async cancel(reason?: unknown): Promise<void> {
    if (this.events.ended) return;
    this.cancelled = true;
    this.stop.abort(reason);
    await this.thunk.cancelGeneration(reason);
    await this.events.finished();
  }

  /** A thunk that is cancelled from outside ends the run, also while a validator is waited for. */
  async watchThunk(): Promise<void> {
    const over = (): void => {
      if (this.thunk.cancelled) this.stop.abort();
    };
    await this.thunk.avalue().then(over, over);
  }

  async follow(): Promise<End> {
    for await (const delta of this.thunk) {
      for (const segment of this.chunker.push(delta)) {
        const verdict = this.release(segment);
        const end = verdict instanceof Promise ? await verdict : verdict;
        if (end) return end;
      }
    }
    if (this.thunk.cancelled) return { kind: 'cancelled' };
    for (const segment of this.chunker.flush()) {
      const end = await this.release(segment);
      if (end) return end;
    }
    if (this.stop.signal.aborted) return this.stoppedEnd();
    const { partialValue } = this.thunk;
    this.outcome = snapshot(this.thunk, partialValue) as ComputedModelOutputThunk<S>;
    this.outcome.parsedRepr = this.thunk.parsedRepr;
    const told = this.tell({ type: 'streaming_done', attempt, fullText: partialValue });
    const stopped = told && (await told);
    if (stopped) return stopped;
    return this.requirements.length === 0 ? { kind: 'done' } : this.validateWhole(this.outcome);
  }

  /** Checks a segment and lets it through; gives an end when there is one. */
  release(segment: Segment): End | null | Promise<End | null> {
    if (this.stop.signal.aborted) return this.stoppedEnd();
    this.checkSegment(segment);
    if (this.requirements.length === 0) return this.passOn(segment);
    const verdicts = checkChunk(this.requirements, segment.text, this.io);
    if (verdicts instanceof Promise)
      return this.untilStopped(verdicts, (results) => this.judge(segment, results));
    return this.stop.signal.aborted ? this.stoppedEnd() : this.judge(segment, verdicts);
  }

  /** A place that is wrong would show text in `fullText` that nobody checked. */
  checkSegment({ text, end }: Segment): void {
    const fits = typeof text === 'string' && end >= this.releasedEnd && end <= this.thunk.partialValue.length;
    if (fits && Number.isInteger(end)) return;
    throw new TypeError(
      `chunking '${this.chunking}' gave a segment with text ${describe(text)} and end ${describe(end)}; end must be a ` +
        `place in the output, from ${this.releasedEnd} to ${this.thunk.partialValue.length}.`,
    );
  }

  judge(segment: Segment, results: PartialValidationResult[]): End | null | Promise<End | null> {
    const failures = results.flatMap((result, i): [Requirement, PartialValidationResult][] =>
      result.success === 'fail' ? [[this.requirements[i] as Requirement, result]] : [],
    );
    const passed = failures.length === 0;
    const told = this.tell({ type: 'quick_check', chunkIndex: this.released, attempt, passed, results });
    if (told) return told.then((stopped) => stopped ?? this.decide(segment, failures));
    return this.decide(segment, failures);
  }

  decide(
    segment: Segment,
    failures: readonly [Requirement, PartialValidationResult][],
  ): End | null | Promise<End | null> {
    if (failures.length === 0) return this.passOn(segment);
    this.streamingFailures.push(...failures);
    return { kind: 'failed' };
  }

  passOn(segment: Segment): Promise<End | null> | null {
    const { text } = segment;
    return this.tell({ type: 'chunk', text, chunkIndex: this.released, attempt }, segment);
  }

  async validateWhole(outcome: ComputedModelOutputThunk<S | string>): Promise<End> {
    const ctx = this.ctx.add(outcome);
    const { backend, signal } = this.io;
    const verdicts = this.requirements.map(async (requirement) => {
      try {
        return checkedResult(requirement, await requirement.validate(backend, ctx, { signal }));
      } catch (error) {
        throw explained(requirement, error);
      }
    });
    const end = await this.untilStopped(Promise.all(verdicts), (results) => {
      this.finalValidations = results;
      const passed = results.every((result) => result.asBool());
      return this.tell({ type: 'full_validation', attempt, passed, results });
    });
    return end ?? { kind: 'done' };
  }

  /** What `then` makes of the verdicts; or the end that came before them. A throw aborts the peers. */
  async untilStopped<T>(
    verdicts: Promise<T>,
    then: (results: T) => End | null | Promise<End | null>,
  ): Promise<End | null> {
    const { signal } = this.stop;
    let onAbort = (): void => undefined;
    const stopped = new Promise<null>((resolve) => {
      onAbort = (): void => resolve(null);
      if (signal.aborted) resolve(null);
      else signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      const results = await Promise.race([verdicts, stopped]);
      return results === null ? this.stoppedEnd() : then(results);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Why the run was stopped: by a cancel of it or of its thunk, or by the caller's signal. */
  stoppedEnd(): End {
    if (!this.cancelled && this.signal?.aborted) {
      const { provider, model } = this.thunk.generation;
      const origin = { provider: provider ?? 'unknown', model: model ?? 'unknown' };
      const cause = this.signal.reason;
      return {
        kind: 'error',
        error: new GenerationCancelledError('The stream was aborted.', { ...origin, cause }),
      };
    }
    return { kind: 'cancelled' };
  }

  lastEvents(end: End): StreamEvent[] {
    this.success = end.kind === 'done';
    this.outcome ??= this.validatedPart();
    const { success, fullText } = this;
    const completed = timed({ type: 'completed', success, fullText, attemptsUsed: attempt });
    if (end.kind !== 'error') return [completed];
    this.failure = end;
    const exceptionType = end.error instanceof Error ? end.error.name : 'Error';
    return [timed({ type: 'error', exceptionType, detail: textOf(end.error) }), completed];
  }

  /** Of an output that was stopped: the text that passed, and how it came about, but nothing unchecked. */
  validatedPart(): ComputedModelOutputThunk<string> {
    const text = this.fullText;
    const part = snapshot(this.thunk as ModelOutputThunk<unknown>, text) as ComputedModelOutputThunk<string>;
    part.parsedRepr = text;
    part.thinking = null;
    part.toolCalls = null;
    part.generateLog = null;
    return part;
  }

  /** To the plugins, if they listen, then to the readers, with the segment that it releases. Null: it is done. */
  tell(event: NewEvent, segment?: Segment): Promise<End | null> | null {
    const told = timed(event);
    if (!this.hooks?.hearsEvents) return this.pass(told, segment);
    return this.untilStopped(this.hooks.event(told), () => this.pass(told, segment));
  }

  pass(event: StreamEvent, segment: Segment | undefined): null {
    if (segment) {
      this.releasedEnd = segment.end;
      this.released += 1;
      this.chunks.push(segment.text);
    }
    this.events.push(event);
    return null;
  }
}

function timed(event: NewEvent): StreamEvent {
  return Object.freeze({ ...event, timestamp: Date.now() / 1000 }) as StreamEvent;
}
