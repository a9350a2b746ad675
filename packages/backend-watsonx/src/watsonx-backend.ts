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
  type Answer,
  type AttemptIO,
  type FailureOrigin,
  hideInternals,
  LazyModule,
  loadOnce,
  noLogprobs,
  ProviderCalls,
  type ProviderReply,
  readText,
} from '@melliflow/provider-kit';
import { WatsonxAccess } from './watsonx-access.js';
import type { ChatRequest } from './watsonx-chat-request.js';
import { loadClient } from './watsonx-client.js';
import { keyHintOf, secretsOf } from './watsonx-credentials.js';
import { addresseeOf } from './watsonx-endpoint.js';
import type { WatsonxRequest } from './watsonx-requests.js';
import { checkSettings, modelOf, type WatsonxClient, type WatsonxSettings } from './watsonx-settings.js';

const calls = new LazyModule(() => import('./watsonx-calls.js'));

/**
 * Models and deployments of IBM watsonx.ai.
 *
 * @example
 * const backend = new WatsonxBackend({
 *   modelId: 'ibm/granite-4-h-small',
 *   baseURL: 'https://us-south.ml.cloud.ibm.com',
 *   projectId: '5f2e…', // and WATSONX_AI_APIKEY in the environment
 * });
 */
export class WatsonxBackend extends Backend {
  /** The contract that this class is written for, whatever core it is installed with. */
  override readonly contract: 1 = 1;
  override readonly provider: string = 'watsonx';
  override readonly modelId: string;
  override readonly capabilities: BackendCapabilities = {
    streaming: true,
    raw: true,
    rawBatch: false,
    format: true,
    tools: true,
    toolChoice: true,
    images: true,
    thinking: true,
    logprobs: true,
    seed: true,
    prefill: false,
  };
  override readonly modelOptions: ModelOptions;
  override readonly formatter: ChatFormatter;
  override readonly maxConcurrency: number;
  /** @internal */
  readonly _settings: WatsonxSettings;
  /** @internal */
  readonly _calls: ProviderCalls;
  /** @internal */
  readonly _access: WatsonxAccess;
  /** @internal */
  readonly _load: () => Promise<WatsonxClient>;

  /** @throws TypeError that names the setting, what it got and what it takes. */
  constructor(settings: WatsonxSettings) {
    super();
    checkSettings(settings);
    this._settings = { ...settings };
    this.modelId = modelOf(settings);
    this.modelOptions = { ...settings.modelOptions };
    this.formatter = settings.formatter ?? new TemplateFormatter({ modelId: this.modelId });
    this.maxConcurrency = settings.maxConcurrency ?? 8;
    this._access = new WatsonxAccess(this._settings);
    this._load = loadOnce(() => loadClient(this._settings));
    this._calls = new ProviderCalls(this, {
      owner: 'WatsonxBackend',
      settings: { ...settings, modelId: this.modelId },
      keyHint: () => keyHintOf(this._settings),
      toError: (thrown, origin) => calls.now.fromWatsonxError(thrown, origin),
    });
    hideInternals(this);
  }

  override _secrets(): readonly string[] {
    return [...secretsOf(this._settings), ...this._access.secrets];
  }

  override _generateFromContext(call: ContextCall): AsyncIterable<GenerationEvent> {
    return calls.before(() =>
      this._calls.chat(call, {
        request: (messages) => calls.now.toChatRequest(call, messages, addresseeOf(this._settings)),
        ask: (request, io, origin) => this._chat(request, io, origin),
      }),
    );
  }

  override async _generateFromRaw(call: RawCall): Promise<readonly (RawItem | BackendError)[]> {
    await calls.load();
    const prompts = call.actions.map((action) => this.formatter.print(action));
    return batchUnderLimit(call, this._calls.origin(prompts), (_, index) =>
      this._raw(call, prompts[index] as string),
    );
  }

  /** @internal */
  async _chat(
    { streaming, restoreText, expectsLogprobs, ...request }: ChatRequest,
    io: AttemptIO,
    origin: FailureOrigin,
  ): Promise<Answer<GenerationEvent>> {
    const { chatFinish, chatAnswer } = calls.now;
    const reply = await this._send(request, io, origin);
    const init = { streaming, restoreText, expectsLogprobs, finishReasons: chatFinish, origin };
    return chatAnswer(reply, io, init);
  }

  /** @internal One prompt of a raw batch. */
  async _raw(call: RawCall, prompt: string): Promise<RawItem> {
    return this._calls.run(call.signal, [prompt], async (io, origin) => {
      const { fromGeneration, toRawRequest } = calls.now;
      const request = toRawRequest(call, prompt, addresseeOf(this._settings));
      const { body, headers } = await this._send(request, io, origin);
      const item = fromGeneration(await readText(body, io.signal), { prompt, headers, origin });
      const isMissed = call.modelOptions.logprobs && item.text !== '' && !item.logprobs;
      return { ...item, warnings: isMissed ? [...request.warnings, noLogprobs] : request.warnings };
    });
  }

  /** @internal */
  async _send(request: WatsonxRequest, io: AttemptIO, origin: FailureOrigin): Promise<ProviderReply> {
    const client = await io.untimed(this._load());
    return calls.now.send(client, this._access, request, io, origin);
  }
}

/** What `startSession` and the command line call; the same as `new WatsonxBackend(settings)`. */
export function createBackend(settings: WatsonxSettings): WatsonxBackend {
  return new WatsonxBackend(settings);
}
