/// <reference lib="esnext.disposable" preserve="true" />
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
import { requireBackend } from './setting-checks.js';
import { identityOf, promptOf, rawPromptOf } from './what-is-sent.js';

/**
 * The base of backends around a backend: it passes everything on, so that a subclass overrides only what it changes.
 * It calls the inner one's underscored methods, so checks, hooks, tools and the thunk are those of the outermost.
 *
 * @example
 * class Polite extends WrappingBackend {
 *   override _generateFromContext(call: ContextCall) {
 *     return super._generateFromContext({ ...call, view: [new CBlock('Be polite.'), ...call.view] });
 *   }
 * }
 */
export class WrappingBackend extends Backend {
  /** The contract that this class is written for, whatever core it is installed with. */
  override readonly contract: 1 = 1;
  override readonly provider: string;
  override readonly modelId: string;
  override readonly capabilities: BackendCapabilities;
  override readonly modelOptions: ModelOptions;
  override readonly formatter: Formatter | null;
  override readonly maxConcurrency: number;
  /** The backend that this one stands around. */
  readonly inner: Backend;

  /**
   * @throws TypeError when `inner` is no backend.
   * @throws UnsupportedFeatureError (`unsupported_feature`) when it is of a contract that this core does not know.
   */
  constructor(inner: Backend) {
    super();
    const backend = requireBackend('WrappingBackend', 'inner', inner);
    this.inner = backend;
    this.provider = backend.provider;
    this.modelId = backend.modelId;
    this.capabilities = backend.capabilities;
    this.modelOptions = backend.modelOptions;
    this.formatter = backend.formatter;
    this.maxConcurrency = backend.maxConcurrency;
  }

  override _generateFromContext(call: ContextCall): AsyncIterable<GenerationEvent> {
    return this.inner._generateFromContext(call);
  }

  override _generateFromRaw(call: RawCall): Promise<readonly (RawItem | BackendError)[]> {
    return this.inner._generateFromRaw(call);
  }

  override _secrets(): readonly string[] {
    return this.inner._secrets();
  }

  /** What a model is sent for `call`, for those further out, such as a cache. Overridden by who changes it. */
  _promptOf(call: ContextCall): ChatMessage[] {
    return promptOf(this.inner, call);
  }

  /** The same for one action of a raw batch. */
  _rawPromptOf(action: Part): string {
    return rawPromptOf(this.inner, action);
  }

  /** Which models may answer and how they are set up, as plain data; caches keep answers apart by it. */
  _identity(): unknown {
    return identityOf(this.inner);
  }

  /** Frees what the inner one holds, if it can. */
  async [Symbol.asyncDispose](): Promise<void> {
    await disposeOf(this.inner);
  }
}

/** Frees what a backend holds, if it can. */
export async function disposeOf(backend: Backend & Partial<AsyncDisposable>): Promise<void> {
  await backend[Symbol.asyncDispose]?.();
}
