import {
  Backend,
  type BackendCapabilities,
  type BackendError,
  type ContextCall,
  type GenerationEvent,
  type ModelOptions,
  type RawCall,
  type RawItem,
} from '@melliflow/core';
import { batchUnderLimit } from '@melliflow/core/implement';
import { type ChatFormatter, TemplateFormatter } from '@melliflow/formatter';
import {
  type AttemptIO,
  type FailureOrigin,
  hideInternals,
  loadOnce,
  ProviderCalls,
  rawItemOf,
  secretValues,
} from '@melliflow/provider-kit';
import type { OpenAI } from 'openai';
import { fromResponsesError } from './from-responses-error.js';
import { fromResponsesReply } from './from-responses-reply.js';
import { keyOf, loadClient, postToResponses } from './responses-client.js';
import { checkSettings, type ResponsesSettings } from './responses-settings.js';
import { type ResponsesRequest, toRawResponsesRequest, toResponsesRequest } from './to-responses-request.js';

/**
 * Models of OpenAI over `/v1/responses`, with summaries of their reasoning.
 *
 * @example
 * const backend = new ResponsesBackend({ modelId: 'gpt-5-mini' });
 */
export class ResponsesBackend extends Backend {
  /** The contract that this class is written for, whatever core it is installed with. */
  override readonly contract: 1 = 1;
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
  /** @internal */
  readonly _load: () => Promise<OpenAI>;

  /** @throws TypeError that names the setting, what it got and what it takes. */
  constructor(settings: ResponsesSettings) {
    super();
    checkSettings(settings);
    this._settings = { ...settings };
    this.modelId = settings.modelId;
    this.modelOptions = { ...settings.modelOptions };
    this.formatter = settings.formatter ?? new TemplateFormatter({ modelId: this.modelId });
    this.maxConcurrency = settings.maxConcurrency ?? 8;
    this._load = loadOnce(() => loadClient(this._settings));
    this._calls = new ProviderCalls(this, {
      owner: 'ResponsesBackend',
      settings,
      toError: fromResponsesError,
    });
    this.capabilities = {
      streaming: true,
      raw: true,
      rawBatch: false,
      format: true,
      tools: true,
      toolChoice: true,
      images: true,
      thinking: true,
      logprobs: true,
      seed: false,
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
      ask: (request, io, origin) => this._ask(request, call.streaming, io, origin),
    });
  }

  override async _generateFromRaw(call: RawCall): Promise<readonly (RawItem | BackendError)[]> {
    return batchUnderLimit(call, this._calls.origin(), (action) => {
      const prompt = this.formatter.print(action);
      return this._calls.run(call.signal, [prompt], async (io, origin) => {
        const request = toRawResponsesRequest(prompt, call.modelOptions, call.format, origin);
        const item = await rawItemOf(this._ask(request, false, io, origin), prompt, io);
        return { ...item, warnings: [...request.warnings, ...(item.warnings ?? [])] };
      });
    });
  }

  /** @internal One attempt. */
  async *_ask(
    { body, restoreText }: ResponsesRequest,
    streaming: boolean,
    io: AttemptIO,
    origin: FailureOrigin,
  ): AsyncGenerator<readonly GenerationEvent[], void> {
    const client = await io.untimed(this._load());
    const reply = await postToResponses(client, body, io.signal);
    io.headersArrived();
    yield* fromResponsesReply(reply, streaming, io, { origin, restoreText });
  }
}

/** The same as `new ResponsesBackend(settings)`; every package of a backend has it. */
export function createBackend(settings: ResponsesSettings): ResponsesBackend {
  return new ResponsesBackend(settings);
}
