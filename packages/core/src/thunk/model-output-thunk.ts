/// <reference lib="esnext.disposable" preserve="true" />
import { CBlock, checkedText } from '../content/cblock.js';
import { NotGeneratingError, StreamFinishedError } from '../errors/program-errors.js';
import { THUNK } from '../internal/brand.js';
import { toReadableStream } from '../internal/readable-stream.js';
import { ReplayLog } from '../internal/replay-log.js';
import type { ModelToolCall } from '../tool/model-tool-call.js';
import type { ComputedModelOutputThunk } from './computed-model-output-thunk.js';
import type { GenerateLog } from './generate-log.js';
import type { GenerationEvent } from './generation-event.js';
import { emptyMetadata, type GenerationMetadata } from './generation-metadata.js';

/** How a thunk gets its value: not at all, in the background, or by a blocking call that cannot be awaited. */
export type GenerateType = 'none' | 'async' | 'sync';

/** What a finished output carries beside its text. */
export interface ThunkInit<S> {
  meta?: Record<string, unknown> | undefined;
  parsedRepr?: S | undefined;
  toolCalls?: ModelToolCall[] | undefined;
}

/**
 * The output of a model, perhaps not there yet. Generation runs in the background whether or not anybody waits;
 * any number of readers may follow it, each from the first delta (contract 2).
 *
 * @example
 * const [thunk] = await backend.generateFromContext('Tell a story.', ctx);
 * for await (const delta of thunk) process.stdout.write(delta);
 */
export class ModelOutputThunk<S = string> extends CBlock {
  /** What the component or the format read out of the text; null until it is complete, and after a cancel. */
  parsedRepr: S | null;
  /** The tools that the model wants called; null when none. */
  toolCalls: ModelToolCall[] | null;
  /** The model's reasoning so far, where the provider shows it. */
  thinking: string | null = null;
  readonly generation: GenerationMetadata = emptyMetadata();
  generateLog: GenerateLog | null = null;
  /** @internal The deltas, and how they ended. */
  _log: ReplayLog<string> = new ReplayLog();
  /** @internal All text so far. */
  _text = '';
  /** @internal `complete`: it ended well, and nobody was handed the end yet. */
  _status: 'idle' | 'running' | 'complete' | 'computed' | 'failed' = 'idle';
  /** @internal */
  _generateType: GenerateType = 'none';
  /** @internal */
  _cancelled = false;
  /** @internal How many deltas `astream()` has given. */
  _streamed = 0;
  /** @internal */
  _cancel: ((reason: unknown) => Promise<void>) | null = null;
  /** @internal */
  _hear: ((event: GenerationEvent) => void) | null = null;

  /** A thunk with this value; with null one that is uncomputed and cannot generate. */
  constructor(value: string | null, init: ThunkInit<S> = {}) {
    super(value, { meta: init.meta });
    this.parsedRepr = init.parsedRepr ?? null;
    this.toolCalls = init.toolCalls ?? null;
    if (value !== null) this._setComputed(value);
  }

  /** A computed thunk with this value. */
  static computed<S = string>(value: string, init?: ThunkInit<S>): ComputedModelOutputThunk<S> {
    return computedThunk(value, init);
  }

  /** @internal */
  get [THUNK](): true {
    return true;
  }

  /** True once the output is complete and its end was handed out, or it was cancelled (contract 2.3). */
  isComputed(): this is ComputedModelOutputThunk<S> {
    return this._status === 'computed';
  }

  /** The whole text; null until `isComputed()`. */
  override get value(): string | null {
    return this._status === 'computed' ? this._value : null;
  }

  /** Replaces the text of a computed thunk; before that, the text that later deltas are added to. */
  override set value(value: string | null) {
    if (this._status === 'computed' || this._status === 'complete') this._setComputed(checkedText(value));
    else this._text = checkedText(value) ?? '';
  }

  get cancelled(): boolean {
    return this._cancelled;
  }

  get generateType(): GenerateType {
    return this._generateType;
  }

  /** Whether nothing runs any more. Asking does not count as reading. */
  get settled(): boolean {
    return this._status !== 'running';
  }

  /** The text so far, also after a failure. */
  get partialValue(): string {
    return this._text;
  }

  /**
   * The whole text, as soon as it is complete. Any number of callers get the same text, or the same error.
   *
   * @throws NotGeneratingError (`not_generating`) when there is no value and nothing generates one.
   * @throws The error of the generation.
   */
  async avalue(): Promise<string> {
    if (this._status === 'running') await this._log.finished();
    if (this._log.failure) throw this._log.failure.error;
    this._handOut();
    if (this.value === null) throw this._notGenerating('avalue');
    return this.value;
  }

  /**
   * All text since the last call, as soon as there is some; `''` when the end brings none.
   *
   * @throws StreamFinishedError (`stream_finished`) on a computed thunk.
   * @throws NotGeneratingError (`not_generating`) when nothing generates.
   * @throws The error of the generation, after the text that came.
   */
  async astream(): Promise<string> {
    if (this._status === 'computed') {
      throw new StreamFinishedError('The thunk is computed: read its `value`.');
    }
    if (this._status === 'idle') throw this._notGenerating('astream');
    const log = this._log;
    do await log.reached(this._streamed);
    while (this._streamed >= log.items.length && !log.ended);
    const news = log.items.slice(this._streamed).join('');
    this._streamed = log.items.length;
    if (news === '' && log.failure) throw log.failure.error;
    if (log.ended && !log.failure) this._handOut();
    return news;
  }

  /** An independent reader of the deltas, from the first one. Leaving the loop ends this reader only. */
  [Symbol.asyncIterator](): AsyncIterableIterator<string> {
    if (this._status === 'idle') throw this._notGenerating('for await');
    return this._log.read(() => this._handOut());
  }

  /** The deltas as a web stream, from the first one. Cancelling the stream ends this reader only. */
  toReadableStream(): ReadableStream<string> {
    return toReadableStream(this[Symbol.asyncIterator]());
  }

  /** Stops the generation, keeps the part that came as the value, and resolves once nothing runs any more. */
  async cancelGeneration(reason?: unknown): Promise<void> {
    if (this._status === 'running') await (this._cancel?.(reason) ?? this._log.finished());
    this._handOut();
  }

  /** Cancels if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this._status === 'running') await this.cancelGeneration();
  }

  /** The output without the generation: what is not complete stays uncomputed in the copy. */
  copy(): ModelOutputThunk<S> {
    const complete = this._status === 'complete' || this._status === 'computed';
    const copy = snapshot(this, complete ? this._value : null);
    copy.parsedRepr = this.parsedRepr;
    return copy;
  }

  /** What `JSON.stringify` shows: the output and its metadata, neither the log nor parsed objects (no cycles). */
  override toJSON(): Record<string, unknown> {
    const { value, cancelled, thinking, toolCalls, generation } = this;
    return { value, partialValue: this._text, cancelled, thinking, toolCalls, generation };
  }

  /** @internal */
  _setComputed(value: string | null): void {
    this._status = 'computed';
    this._value = value;
    this._text = value ?? '';
    this._log = new ReplayLog();
    if (value) this._log.push(value);
    this._log.end();
  }

  /** @internal */
  _handOut(): void {
    if (this._status === 'complete') this._status = 'computed';
  }

  /** @internal */
  _notGenerating(verb: string): NotGeneratingError {
    return new NotGeneratingError(
      `${verb}: the thunk has no value and cannot be awaited, its generateType is '${this._generateType}'.`,
    );
  }
}

function computedThunk<S>(value: string, init?: ThunkInit<S>): ComputedModelOutputThunk<S> {
  return new ModelOutputThunk<S>(value, init) as ComputedModelOutputThunk<S>;
}

/** A thunk with this value and all else that `thunk` has so far; it cannot generate, and nothing is parsed. */
export function snapshot<S>(thunk: ModelOutputThunk<S>, value: string | null): ModelOutputThunk<S> {
  const { meta, toolCalls } = thunk;
  const copy = new ModelOutputThunk<S>(value, {
    meta: { ...meta },
    toolCalls: toolCalls ? [...toolCalls] : undefined,
  });
  if (value === null) copy._text = thunk._text;
  copy.thinking = thunk.thinking;
  copy.generateLog = thunk.generateLog;
  copy._cancelled = thunk._cancelled;
  const { usage, warnings } = thunk.generation;
  Object.assign(copy.generation, thunk.generation, { usage: usage && { ...usage }, warnings: [...warnings] });
  return copy;
}

/** Waits for all; the first failure rejects, after the others have settled (contract 4.4). */
export async function waitForAllMots(mots: readonly ModelOutputThunk<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(mots.map((mot) => mot.avalue()));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}
