/// <reference lib="esnext.disposable" preserve="true" />
import { existsSync } from 'node:fs';
import {
  Backend,
  type BackendCapabilities,
  type BackendError,
  type ChatMessage,
  type ContextCall,
  type Formatter,
  type GenerationEvent,
  type ModelOptions,
  type Part,
  type RawCall,
  type RawItem,
} from '@melliflow/core';
import { supportedBackend } from '@melliflow/core/implement';
import { readCassette } from './cassette-file.js';
import { type CassetteOptions, resolveCassette } from './cassette-options.js';
import { CassetteWriter } from './cassette-writer.js';
import { promptOf, rawPromptOf } from './prompt-of.js';
import { recordChat, recordRaw } from './record-calls.js';
import type { RecordingInit } from './recording.js';
import { type ReplayInit, replayChat, replayRaw } from './replay-calls.js';
import { cleaner } from './scrub.js';
import { Tape } from './tape.js';

/** A backend that records what another one tells, or replays it. Made by `cassette`. */
export class CassetteBackend extends Backend {
  /** The contract that this class is written for, whatever core it is installed with. */
  override readonly contract: 1 = 1;
  override readonly provider: string;
  override readonly modelId: string;
  override readonly capabilities: BackendCapabilities;
  override readonly modelOptions: ModelOptions;
  override readonly formatter: Formatter | null;
  override readonly maxConcurrency: number;
  /** The backend that this one stands around; a replay asks it for prompts, never for answers. */
  readonly inner: Backend;
  /** What it does, as it was decided when it was made. */
  readonly mode: 'record' | 'replay';
  /** @internal Null when it replays. */
  readonly _recording: RecordingInit | null = null;
  /** @internal Null when it records. */
  readonly _replay: ReplayInit | null = null;

  /**
   * @throws TypeError that names the option, what it got and what it takes.
   * @throws UnsupportedFeatureError (`unsupported_feature`) when the backend is of a contract that this core does not know.
   * @throws CassetteError (`cassette`) when the file cannot be read, or must not be recorded here.
   */
  constructor(backend: Backend, options: CassetteOptions) {
    super();
    const { file, mode, timing, prompts, scrub } = resolveCassette(backend, options);
    const inner = supportedBackend(backend);
    this.inner = inner;
    this.provider = inner.provider;
    this.modelId = inner.modelId;
    this.capabilities = inner.capabilities;
    this.modelOptions = inner.modelOptions;
    this.formatter = inner.formatter;
    this.maxConcurrency = inner.maxConcurrency;
    this.mode = mode;
    const clean = cleaner(inner, scrub);
    if (mode === 'record') {
      this._recording = { backend: inner, writer: new CassetteWriter(file), clean, prompts };
    } else {
      const tape = new Tape(file, existsSync(file.path) ? readCassette(file) : null);
      this._replay = { backend: inner, file, tape, clean, timing };
    }
  }

  override _generateFromContext(call: ContextCall): AsyncIterable<GenerationEvent> {
    return this._recording ? recordChat(this._recording, call) : replayChat(this._replay as ReplayInit, call);
  }

  override _generateFromRaw(call: RawCall): Promise<readonly (RawItem | BackendError)[]> {
    return this._recording ? recordRaw(this._recording, call) : replayRaw(this._replay as ReplayInit, call);
  }

  override _secrets(): readonly string[] {
    return this.inner._secrets();
  }

  /** What a model is sent for `call`, for wrappers further out, such as a cache. */
  _promptOf(call: ContextCall): ChatMessage[] {
    return promptOf(this.inner, call);
  }

  /** The same for one action of a raw batch. */
  _rawPromptOf(action: Part): string {
    return rawPromptOf(this.inner, action);
  }

  /**
   * For the end of a test that wants every recorded call to be made. While recording it asserts nothing.
   *
   * @throws CassetteUnplayedError (`cassette_unplayed`) that names the recordings that were not played.
   */
  assertAllPlayed(): void {
    this._replay?.tape.assertAllPlayed();
  }

  /** Waits for what is being written, and frees what the inner backend holds, if it can. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this._recording?.writer.settled();
    await (this.inner as Backend & Partial<AsyncDisposable>)[Symbol.asyncDispose]?.();
  }
}

/**
 * Records what a backend tells into a file, once, and replays it from then on: events, errors and where the consumer
 * cancelled, without a network and without keys. A request that is not recorded is an error that shows what differs.
 *
 * @throws TypeError that names the option, what it got and what it takes.
 * @throws CassetteError (`cassette`) when the file cannot be read, or must not be recorded here.
 *
 * @example
 * const backend = cassette(new OpenAIBackend({ modelId: 'gpt-5-mini' }), { file: 'test/cassettes/story.json' });
 */
export function cassette(backend: Backend, options: CassetteOptions): CassetteBackend {
  return new CassetteBackend(backend, options);
}
