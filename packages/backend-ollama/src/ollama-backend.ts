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
  answerOf,
  type FailureOrigin,
  hideInternals,
  LazyModule,
  ProviderCalls,
  rawItemOf,
} from '@melliflow/provider-kit';
import { clientOf, secretsOf } from './ollama-client.js';
import { hostOf } from './ollama-host.js';
import type { OllamaRequest } from './ollama-requests.js';
import { checkSettings, type OllamaClient, type OllamaSettings } from './ollama-settings.js';

const calls = new LazyModule(() => import('./ollama-calls.js'));

/**
 * Models that an Ollama server has, yours or the one of ollama.com.
 *
 * @example
 * const backend = new OllamaBackend({ modelId: 'qwen3' });
 * const elsewhere = new OllamaBackend({ modelId: 'qwen3', baseURL: 'http://gpu.lan:11434', keepAlive: '1h' });
 */
export class OllamaBackend extends Backend {
  /** The contract that this class is written for, whatever core it is installed with. */
  override readonly contract: 1 = 1;
  override readonly provider: string = 'ollama';
  override readonly modelId: string;
  override readonly capabilities: BackendCapabilities = {
    streaming: true,
    raw: true,
    rawBatch: false,
    format: true,
    tools: true,
    toolChoice: false,
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
  readonly _settings: OllamaSettings;
  /** @internal */
  readonly _calls: ProviderCalls;
  /** @internal The client of a host; the environment may name another one later. */
  _client: { readonly host: string; readonly client: OllamaClient } | null = null;

  /** @throws TypeError that names the setting, what it got and what it takes. */
  constructor(settings: OllamaSettings) {
    super();
    checkSettings(settings);
    this._settings = { ...settings };
    this.modelId = settings.modelId;
    this.modelOptions = { ...settings.modelOptions };
    this.formatter = settings.formatter ?? new TemplateFormatter({ modelId: this.modelId });
    this.maxConcurrency = settings.maxConcurrency ?? 8;
    this._calls = new ProviderCalls(this, { owner: 'OllamaBackend', settings });
    hideInternals(this);
  }

  override _secrets(): readonly string[] {
    return secretsOf(this._settings);
  }

  override _generateFromContext(call: ContextCall): AsyncIterable<GenerationEvent> {
    return calls.before(() =>
      this._calls.chat(call, {
        request: (messages) => calls.now.toChatRequest(call, messages, this._settings),
        ask: (request, io, origin) => this._ask(request, io, origin),
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

  /** @internal One prompt of a raw batch. */
  async _raw(call: RawCall, prompt: string): Promise<RawItem> {
    const request = calls.now.toRawRequest(call, prompt, this._settings);
    const item = await this._calls.run(call.signal, [prompt], (io, origin) =>
      rawItemOf(
        answerOf(() => this._ask(request, io, origin)),
        prompt,
        io,
      ),
    );
    return { ...item, warnings: [...request.warnings, ...(item.warnings ?? [])] };
  }

  /** @internal */
  async _ask(request: OllamaRequest, io: AttemptIO, origin: FailureOrigin): Promise<Answer<GenerationEvent>> {
    const { readReply, send } = calls.now;
    const client = await this._clientIn(io);
    const expectsLogprobs = request.body.logprobs === true;
    return readReply(await send(client, request, io, origin), io, { origin, expectsLogprobs });
  }

  /** @internal */
  async _clientIn(io: AttemptIO): Promise<OllamaClient> {
    const host = hostOf(this._settings.baseURL);
    if (this._client?.host !== host) {
      const client = await io.untimed(clientOf(this._settings, host));
      this._client = { host, client };
    }
    return this._client.client;
  }
}

/** What `startSession` and the command line call; the same as `new OllamaBackend(settings)`. */
export function createBackend(settings: OllamaSettings): OllamaBackend {
  return new OllamaBackend(settings);
}
