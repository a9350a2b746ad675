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
  secretValues,
  unsupportedOption,
} from '@melliflow/provider-kit';
import type { ChatRequest } from './openai-chat-request.js';
import { baseURLOf, keyHintOf, loadClient, secretsOf } from './openai-connection.js';
import { endpointOf, type OpenAIEndpoint } from './openai-endpoint.js';
import { checkSettings, type OpenAIClient, type OpenAISettings } from './openai-settings.js';

const calls = new LazyModule(() => import('./openai-calls.js'));

/**
 * Models of OpenAI, and of every server that speaks its wire: vLLM, llama.cpp, Ray Serve, LM Studio.
 *
 * @example
 * const backend = new OpenAIBackend({ modelId: 'gpt-5-mini' });
 * const local = new OpenAIBackend({ modelId: 'qwen3', baseURL: 'http://localhost:8000/v1' });
 */
export class OpenAIBackend extends Backend {
  /** The contract that this class is written for, whatever core it is installed with. */
  override readonly contract: 1 = 1;
  override readonly provider: string = 'openai';
  override readonly modelId: string;
  override readonly capabilities: BackendCapabilities;
  override readonly modelOptions: ModelOptions;
  override readonly formatter: ChatFormatter;
  override readonly maxConcurrency: number;
  /** @internal */
  readonly _settings: OpenAISettings;
  /** @internal */
  readonly _calls: ProviderCalls;
  /** @internal Keys that were sent, or that a function gave. */
  readonly _keys: Set<string> = new Set();
  /** @internal Read once for each address; the environment may name another one later. */
  _known: OpenAIEndpoint | null = null;
  /** @internal */
  readonly _load: () => Promise<OpenAIClient>;

  /** @throws TypeError that names the setting, what it got and what it takes. */
  constructor(settings: OpenAISettings) {
    super();
    checkSettings(settings);
    this._settings = { ...settings };
    this.modelId = settings.modelId;
    this.modelOptions = { ...settings.modelOptions };
    this.formatter = settings.formatter ?? new TemplateFormatter({ modelId: this.modelId });
    this.maxConcurrency = settings.maxConcurrency ?? 8;
    this._load = loadOnce(() => loadClient(this._settings, (key) => this._remember(key)));
    this._calls = new ProviderCalls(this, {
      owner: 'OpenAIBackend',
      settings,
      keyHint: () => keyHintOf(this._settings),
      toError: (thrown, origin) => calls.now.fromOpenAIError(thrown, origin),
    });
    this.capabilities = {
      streaming: true,
      raw: true,
      rawBatch: settings.rawBatch ?? true,
      format: true,
      tools: true,
      toolChoice: true,
      images: true,
      thinking: true,
      logprobs: true,
      seed: true,
      prefill: false,
    };
    hideInternals(this);
  }

  override _secrets(): readonly string[] {
    return [...new Set([...secretValues(this._keys), ...secretsOf(this._settings)])];
  }

  override _generateFromContext(call: ContextCall): AsyncIterable<GenerationEvent> {
    return calls.before(() =>
      this._calls.chat(call, {
        request: (messages) => calls.now.toChatRequest(call, messages, this._endpoint(), this._settings),
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
    { body, restoreText, expectsLogprobs }: ChatRequest,
    io: AttemptIO,
    origin: FailureOrigin,
  ): Promise<Answer<GenerationEvent>> {
    const { chatAnswer, sdkOptions, sendChat } = calls.now;
    const client = await io.untimed(this._load());
    const options = sdkOptions(io, this._calls.timeouts.headersMs);
    const reply = await sendChat(client, body, options, this._endpoint().baseURL);
    io.headersArrived();
    const init = { restoreText, expectsLogprobs, streaming: body.stream === true, origin };
    return chatAnswer(reply, io, init);
  }

  /** @internal */
  _raw(call: RawCall, prompts: readonly string[]): Promise<readonly (RawItem | BackendError)[]> {
    const { readRaw, sdkOptions, sendRaw, toRawOptions } = calls.now;
    const { fields, warnings } = toRawOptions(call.modelOptions, this._endpoint());
    const own = call.modelOptions.providerOptions?.openai;
    // Servers that take no batch take no list of one either.
    const prompt = this.capabilities.rawBatch ? prompts : prompts[0];
    const body = { model: this.modelId, prompt, ...fields, ...own };
    const choicesPerPrompt = typeof own?.n === 'number' ? own.n : 1;
    const expectsLogprobs = Boolean(call.modelOptions.logprobs);
    return this._calls.run(call.signal, prompts, async (io, origin) => {
      const client = await io.untimed(this._load());
      const reply = await sendRaw(client, body, sdkOptions(io, this._calls.timeouts.headersMs));
      io.headersArrived();
      const told = call.format ? [...warnings, noFormat] : warnings;
      return readRaw(reply, io, { prompts, choicesPerPrompt, expectsLogprobs, origin }, told);
    });
  }

  /** @internal Functions may give a new key for each request; errors can only show the newest. */
  _remember(key: string): void {
    this._keys.delete(key);
    this._keys.add(key);
    const [oldest] = this._keys;
    if (this._keys.size > MAX_KEYS && oldest !== undefined) this._keys.delete(oldest);
  }

  /** @internal */
  _endpoint(): OpenAIEndpoint {
    const baseURL = baseURLOf(this._settings);
    if (this._known?.baseURL !== baseURL) this._known = endpointOf(baseURL);
    return this._known;
  }
}

/** What `startSession` and the command line call; the same as `new OpenAIBackend(settings)`. */
export function createBackend(settings: OpenAISettings): OpenAIBackend {
  return new OpenAIBackend(settings);
}

const noFormat = unsupportedOption(
  'format',
  'Raw completions are not constrained to a format; the text is checked afterwards.',
);

/** As many keys as are in use at once, with some to spare. */
const MAX_KEYS = 8;
