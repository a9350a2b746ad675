import {
  Backend,
  type BackendCapabilities,
  type BackendError,
  type ContextCall,
  type GenerationEvent,
  type ModelOptions,
  type RawCall,
  type RawItem,
  UnsupportedFeatureError,
} from '@melliflow/core';
import { type ChatFormatter, TemplateFormatter } from '@melliflow/formatter';
import {
  type AttemptIO,
  type FailureOrigin,
  hideInternals,
  ProviderCalls,
  secretValues,
} from '@melliflow/provider-kit';
import { keyOf, postToAcme } from './acme-client.js';
import { type AcmeSettings, checkSettings } from './acme-settings.js';
import { fromAcmeReply } from './from-acme-reply.js';
import { type AcmeRequest, toAcmeRequest } from './to-acme-request.js';

/**
 * Models of Acme.
 *
 * @example
 * const backend = new AcmeBackend({ modelId: 'acme-1' });
 */
export class AcmeBackend extends Backend {
  /** The contract that this class is written for, whatever core it is installed with. */
  override readonly contract: 1 = 1;
  override readonly provider: string = 'acme';
  override readonly modelId: string;
  override readonly capabilities: BackendCapabilities;
  override readonly modelOptions: ModelOptions;
  override readonly formatter: ChatFormatter;
  override readonly maxConcurrency: number;
  /** @internal */
  readonly _settings: AcmeSettings;
  /** @internal */
  readonly _calls: ProviderCalls;

  /** @throws TypeError that names the setting, what it got and what it takes. */
  constructor(settings: AcmeSettings) {
    super();
    checkSettings(settings);
    this._settings = { ...settings };
    this.modelId = settings.modelId;
    this.modelOptions = { ...settings.modelOptions };
    this.formatter = settings.formatter ?? new TemplateFormatter({ modelId: this.modelId });
    this.maxConcurrency = settings.maxConcurrency ?? 8;
    this._calls = new ProviderCalls(this, { owner: 'AcmeBackend', settings });
    // Claim what the wire can do; the exam asks for all that is claimed.
    this.capabilities = {
      streaming: true,
      raw: false,
      rawBatch: false,
      format: true,
      tools: true,
      toolChoice: true,
      images: false,
      thinking: false,
      logprobs: false,
      seed: true,
      prefill: false,
    };
    hideInternals(this);
  }

  override _secrets(): readonly string[] {
    return secretValues([keyOf(this._settings)]);
  }

  override _generateFromContext(call: ContextCall): AsyncIterable<GenerationEvent> {
    return this._calls.chat(call, {
      request: (messages) => toAcmeRequest(call, messages, this._calls.origin()),
      ask: (request, io, origin) => this._chat(request, call.streaming, io, origin),
    });
  }

  /** Nobody comes here while `capabilities.raw` is false. */
  override async _generateFromRaw(_: RawCall): Promise<readonly (RawItem | BackendError)[]> {
    throw new UnsupportedFeatureError('acme: it has no raw completions.', this._calls.origin());
  }

  /** @internal One attempt. */
  async *_chat(
    { body }: AcmeRequest,
    streaming: boolean,
    io: AttemptIO,
    origin: FailureOrigin,
  ): AsyncGenerator<readonly GenerationEvent[], void> {
    const reply = await postToAcme(this._settings, '/chat/completions', body, io.signal);
    io.headersArrived();
    yield* fromAcmeReply(reply, streaming, io, origin);
  }
}

/** The same as `new AcmeBackend(settings)`; every package of a backend has it. */
export function createBackend(settings: AcmeSettings): AcmeBackend {
  return new AcmeBackend(settings);
}
