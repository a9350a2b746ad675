/// <reference lib="esnext.disposable" preserve="true" />
import type {
  ComputedModelOutputThunk,
  Context,
  ModelOutputThunk,
  OutputFormat,
  PartialValidationResult,
  Requirement,
  ValidationResult,
} from '@melliflow/core';
import { type ReplayLog, toReadableStream } from '@melliflow/core/implement';
import { checkItemsPlace } from './items-place.js';
import type { AttemptReport, StreamAccount } from './stream-accounting.js';
import type { StreamEvent } from './stream-events.js';
import { StreamNotFinishedError } from './stream-not-finished-error.js';
import type { StreamPiece } from './stream-piece.js';
import type { StreamRun } from './stream-run.js';
import { type DeepPartial, type ItemOf, readBy, readItems, readPartials } from './structured-readers.js';

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

  /** The raw output of the last attempt, unvalidated. Cancelling it counts as `cancel()`, at any time (contract 6.5). */
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
    return [...this._run.finalValidations];
  }

  /** Which requirements the failed chunk did not meet, and why. */
  get streamingFailures(): [Requirement, PartialValidationResult][] {
    return [...this._run.streamingFailures];
  }

  /** What each attempt cost and why it ended, as far as they have. */
  get attempts(): readonly AttemptReport[] {
    return [...this._run.reports];
  }

  /** What came of the stream and what it cost, so far. */
  get account(): StreamAccount {
    return this._run.account;
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

  /**
   * The chunks that passed, from the first one. Rejects with what made the stream fail, after them. With `separators`
   * also what the chunking left out between them: the texts of all pieces together are `fullText`.
   */
  astream(options: { readonly separators: true }): AsyncIterable<StreamPiece>;
  astream(options?: { readonly separators?: false | undefined }): AsyncIterable<string>;
  astream(
    options: { readonly separators?: boolean | undefined } = {},
  ): AsyncIterable<string> | AsyncIterable<StreamPiece> {
    return readersOf<string | StreamPiece>(
      options.separators ? this._run.readers.pieces : this._run.readers.chunks,
    ) as AsyncIterable<string> | AsyncIterable<StreamPiece>;
  }

  [Symbol.asyncIterator](): AsyncIterator<string> {
    return this._run.readers.chunks.read();
  }

  /** The chunks that passed, as a web stream. Cancelling it ends this reader only. */
  toReadableStream(): ReadableStream<string> {
    return toReadableStream(this._run.readers.chunks.read());
  }

  /**
   * The value of the `format` while it is written: typed, of the text that passed, as the model wrote it. Each step
   * gives the same object, which has grown; clone it to keep one. A string grows; a number comes when it is over.
   *
   * @throws TypeError when the stream has no `format`.
   */
  partials(): AsyncIterable<DeepPartial<S>> {
    this._format('partials()');
    const { cleared } = this._run.readers;
    return { [Symbol.asyncIterator]: () => readBy(cleared, (pieces) => readPartials<S>(pieces)) };
  }

  /**
   * The items of the array that the `format` describes, or of the array under `key` of its object: each once, when it
   * is complete, its text passed and it fits the schema. What the schema wants of the rest does not count here; a
   * schema that wants more than this array with one item in it gives items as the model wrote them, untransformed.
   *
   * @throws TypeError when the stream has no `format`, or the format has something else than an array there.
   */
  items(): AsyncIterable<ItemOf<S>>;
  items<Key extends keyof S & string>(key: Key): AsyncIterable<ItemOf<S[Key]>>;
  items(key?: string): AsyncIterable<unknown> {
    const format = this._format('items()');
    checkItemsPlace(format, key ?? null);
    const { cleared } = this._run.readers;
    return {
      [Symbol.asyncIterator]: () => readBy(cleared, (pieces) => readItems(pieces, format, key ?? null)),
    };
  }

  /** @internal */
  _format(what: string): OutputFormat {
    const { format } = this._run._init;
    if (format) return format;
    throw new TypeError(`${what} reads the value of a format: give streamWithChunking one.`);
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
