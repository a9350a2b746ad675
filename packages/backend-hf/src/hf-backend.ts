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
  ProviderCalls,
} from '@melliflow/provider-kit';
import type { ChatRequest } from './hf-chat-request.js';
import { fetchOf, keyHintOf, loadClient, secretsOf, urlOf } from './hf-client.js';
import { endpointOf, type HfEndpoint, isRouter } from './hf-endpoint.js';
import type { HfConnection } from './hf-requests.js';
import { checkSettings, type HfClient, type HfSettings } from './hf-settings.js';

const calls = new LazyModule(() => import('./hf-calls.js'));

/**
 * Models on Hugging Face: an Inference Endpoint or TGI by its URL, else the router of providers.
 *
 * @example
 * const backend = new HfBackend({ modelId: 'openai/gpt-oss-120b:together' });
 * const endpoint = new HfBackend({ modelId: 'tgi', baseURL: 'http://localhost:8080', rawBatch: false });
 */
export class HfBackend extends Backend {
  /** The contract that this class is written for, whatever core it is installed with. */
  override readonly contract: 1 = 1;
  override readonly provider: string = 'hf';
  override readonly modelId: string;
  override readonly capabilities: BackendCapabilities;
  override readonly modelOptions: ModelOptions;
  override readonly formatter: ChatFormatter;
  override readonly maxConcurrency: number;
  /** @internal */
  readonly _settings: HfSettings;
  /** @internal */
  readonly _calls: ProviderCalls;
  /** @internal The endpoint of a URL; the environment may name another one later. */
  _known: { readonly url: string | undefined; readonly endpoint: HfEndpoint | null } | null = null;
  /** @internal */
  readonly _load: () => Promise<HfClient>;

  /** @throws TypeError that names the setting, what it got and what it takes. */
  constructor(settings: HfSettings) {
    super();
    checkSettings(settings);
    this._settings = { ...settings };
    this.modelId = settings.modelId;
    this.modelOptions = { ...settings.modelOptions };
    this.formatter = settings.formatter ?? new TemplateFormatter({ modelId: this.modelId });
    this.maxConcurrency = settings.maxConcurrency ?? 8;
    const raw = !isRouter(urlOf(settings));
    this.capabilities = {
      streaming: true,
      raw,
      rawBatch: raw && (settings.rawBatch ?? true),
      format: true,
      tools: true,
      toolChoice: true,
      images: true,
      thinking: true,
      logprobs: true,
      seed: true,
      prefill: false,
    };
    this._load = loadOnce(() => loadClient(this._settings));
    this._calls = new ProviderCalls(this, {
      owner: 'HfBackend',
      settings,
      toError: (thrown, origin) => calls.now.fromHfError(thrown, origin),
      keyHint: () => keyHintOf(this._settings),
    });
    hideInternals(this);
  }

  override _secrets(): readonly string[] {
    return secretsOf(this._settings);
  }

  override _generateFromContext(call: ContextCall): AsyncIterable<GenerationEvent> {
    return calls.before(() =>
      this._calls.chat(call, {
        request: (messages) => calls.now.toChatRequest(call, messages, this.modelId),
        ask: (request, io, origin) => this._chat(request, io, origin),
      }),
    );
  }

  override async _generateFromRaw(call: RawCall): Promise<readonly (RawItem | BackendError)[]> {
    await calls.load();
    const prompts = call.actions.map((action) => this.formatter.print(action));
    if (this.capabilities.rawBatch) return this._raw(call, prompts);
    return batchUnderLimit(call, this._calls.origin(prompts), async (_, index) => {
      const [item] = await this._raw(call, [prompts[index] as string]);
      if (item && 'text' in item) return item;
      throw item;
    });
  }

  /** @internal */
  async _chat(
    { body, expectsLogprobs, warningsOf }: ChatRequest,
    io: AttemptIO,
    origin: FailureOrigin,
  ): Promise<Answer<GenerationEvent>> {
    const { askForUsage, chatAnswer, sendChat } = calls.now;
    const connection = await this._connect(io);
    // Behind the router every model has a server of its own.
    const server = connection.endpoint?.chatURL ?? this.modelId;
    const reply = await askForUsage(server, body, (asked) => sendChat(connection, asked, io, origin));
    const init = { expectsLogprobs, warningsOf, streaming: body.stream === true, origin };
    return chatAnswer(reply, io, init);
  }

  /** @internal */
  _raw(call: RawCall, prompts: readonly string[]): Promise<readonly (RawItem | BackendError)[]> {
    const { readCompletion, readRaw, sendRaw, toRawRequest } = calls.now;
    const { body, warnings, ...read } = toRawRequest(call, prompts, this.modelId);
    return this._calls.run(call.signal, prompts, async (io, origin) => {
      const reply = await sendRaw(await this._connect(io), body, io, origin);
      const init = { ...read, prompts, origin, toCompletion: readCompletion };
      return readRaw(reply, io, init, warnings);
    });
  }

  /** @internal */
  async _connect(io: AttemptIO): Promise<HfConnection> {
    const url = urlOf(this._settings);
    let known = this._known;
    if (known === null || known.url !== url) {
      known = { url, endpoint: endpointOf(url) };
      this._known = known;
    }
    const client = await io.untimed(this._load());
    return { client, endpoint: known.endpoint, fetch: fetchOf(this._settings) };
  }
}

/** What `startSession` and the command line call; the same as `new HfBackend(settings)`. */
export function createBackend(settings: HfSettings): HfBackend {
  return new HfBackend(settings);
}
