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
import { keyOf, postToResponses } from './responses-client.js';
import { type ResponsesSettings, checkSettings } from './responses-settings.js';
import { fromResponsesReply } from './from-responses-reply.js';
import { type ResponsesRequest, toResponsesRequest } from './to-responses-request.js';

/**
 * Models of Responses.
 *
 * @example
 * const backend = new ResponsesBackend({ modelId: 'responses-1' });
 */
export class ResponsesBackend extends Backend {
  override readonly provider: string = 'responses';
  override readonly modelId: string;
  override readonly capabilities: BackendCapabilities;
  override readonly modelOptions: ModelOptions;
  override readonly formatter: ChatFormatter;
  override readonly maxConcurrency: number;
  /** @internal */
  readonly _settings: ResponsesSettings;
  /** @internal */
  readonly _calls: ProviderCalls;

  /** @throws TypeError that names the setting, what it got and what it takes. */
  constructor(settings: ResponsesSettings) {
    super();
    checkSettings(settings);
    this._settings = { ...settings };
    this.modelId = settings.modelId;
    this.modelOptions = { ...settings.modelOptions };
    this.formatter = settings.formatter ?? new TemplateFormatter({ modelId: this.modelId });
    this.maxConcurrency = settings.maxConcurrency ?? 8;
    this._calls = new ProviderCalls(this, { owner: 'ResponsesBackend', settings });
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
      request: (messages) => toResponsesRequest(call, messages, this._calls.origin()),
      ask: (request, io, origin) => this._chat(request, call.streaming, io, origin),
    });
  }

  /** Nobody comes here while `capabilities.raw` is false. */
  override async _generateFromRaw(_: RawCall): Promise<readonly (RawItem | BackendError)[]> {
    throw new UnsupportedFeatureError('responses: it has no raw completions.', this._calls.origin());
  }

  /** @internal One attempt. */
  async *_chat(
    { body }: ResponsesRequest,
    streaming: boolean,
    io: AttemptIO,
    origin: FailureOrigin,
  ): AsyncGenerator<readonly GenerationEvent[], void> {
    const reply = await postToResponses(this._settings, '/chat/completions', body, io.signal);
    io.headersArrived();
    yield* fromResponsesReply(reply, streaming, io, origin);
  }
}

/** The same as `new ResponsesBackend(settings)`; every package of a backend has it. */
export function createBackend(settings: ResponsesSettings): ResponsesBackend {
  return new ResponsesBackend(settings);
}
