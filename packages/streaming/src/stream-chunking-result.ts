/// <reference lib="esnext.disposable" preserve="true" />
import type {
  ComputedModelOutputThunk,
  Context,
  ModelOutputThunk,
  PartialValidationResult,
  Requirement,
  ValidationResult,
} from '@melliflow/core';
import { type ReplayLog, toReadableStream } from '@melliflow/core/implement';
import type { StreamEvent } from './stream-events.js';
import { StreamNotFinishedError } from './stream-not-finished-error.js';
import type { StreamRun } from './stream-run.js';

/**
 * A validated stream that runs in the background. Chunks and events can be read any number of times, at any time,
 * by several readers, each from the start; leaving a loop does not cancel (contract 6.7).
 */
export class StreamChunkingResult<S = string> {
  /** @internal */
  readonly _run: StreamRun<S>;
  /** @internal */
  _context: Context | null = null;

  /** @internal */
  constructor(run: StreamRun<S>) {
    this._run = run;
  }

  /** The raw output, unvalidated. */
  get thunk(): ModelOutputThunk<S> {
    return this._run.thunk;
  }

  /** Whether the stream came to its natural end. */
  get completed(): boolean {
    return this._run.success;
  }

  /** The raw output up to the end of the last released chunk; all of it after `streaming_done` (contract 6.6). */
  get fullText(): string {
    return this._run.fullText;
  }

  /** The verdicts on the whole output, in the order of the requirements; empty unless it came to its end. */
  get finalValidations(): ValidationResult[] {
    return this._run.finalValidations;
  }

  /** Which requirements the failed chunk did not meet, and why. */
  get streamingFailures(): [Requirement, PartialValidationResult][] {
    return this._run.streamingFailures;
  }

  /**
   * The validated output as a thunk.
   *
   * @throws StreamNotFinishedError (`stream_not_finished`) before the end.
   */
  get asThunk(): ComputedModelOutputThunk<S | string> {
    if (this._run.outcome && this._run.events.ended) return this._run.outcome;
    throw new StreamNotFinishedError('The stream still runs: await acomplete() before asThunk and context.');
  }

  /**
   * The context with the action and the validated output.
   *
   * @throws StreamNotFinishedError (`stream_not_finished`) before the end.
   */
  get context(): Context {
    this._context ??= this._run.ctx.add(this.asThunk);
    return this._context;
  }

  /** What happens, from the start. It never rejects: an error is an event. */
  events(): AsyncIterable<StreamEvent> {
    return readersOf(this._run.events);
  }

  /** The chunks that passed, from the first one. Rejects with what made the stream fail, after them. */
  astream(): AsyncIterable<string> {
    return readersOf(this._run.chunks);
  }

  [Symbol.asyncIterator](): AsyncIterator<string> {
    return this._run.chunks.read();
  }

  /** The chunks that passed, as a web stream. Cancelling it ends this reader only. */
  toReadableStream(): ReadableStream<string> {
    return toReadableStream(this._run.chunks.read());
  }

  /** Resolves at the end, whether it passed, failed or was cancelled; rejects with what was thrown, each time. */
  async acomplete(): Promise<void> {
    await this._run.events.finished();
    if (this._run.failure) throw this._run.failure.error;
  }

  /** Stops the generation and the validators, and resolves once nothing runs any more. */
  async cancel(reason?: unknown): Promise<void> {
    await this._run.cancel(reason);
  }

  /** What `JSON.stringify` shows: the outcome so far. */
  toJSON(): Record<string, unknown> {
    const { completed, fullText, finalValidations, streamingFailures } = this;
    const failures = streamingFailures.map(([{ description }, verdict]) => ({
      description,
      ...verdict.toJSON(),
    }));
    return { completed, fullText, finalValidations, streamingFailures: failures };
  }

  /** Cancels if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this._run.cancel();
  }
}

/** The log's readers, without its other end. */
function readersOf<T>(log: ReplayLog<T>): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => log.read() };
}
