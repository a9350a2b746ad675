import {
  Backend,
  type BackendCapabilities,
  type BackendError,
  type ChatMessage,
  type ContextCall,
  type GenerationEvent,
  type GenerationWarning,
  type ModelOptions,
  type RawCall,
  type RawItem,
} from '@melliflow/core';
import { batchUnderLimit } from '@melliflow/core/implement';
import { type ChatFormatter, TemplateFormatter } from '@melliflow/formatter';
import {
  type AttemptIO,
  type AttemptPlan,
  type FailureOrigin,
  type RetryPolicy,
  readText,
  resolveRetryPolicy,
  resolveTimeouts,
  runAttempts,
  streamAttempts,
  type Timeouts,
} from '@melliflow/provider-kit';
import { fromOpenAIError } from './from-openai-error.js';
import { fromOpenAIRaw } from './from-openai-raw.js';
import { readChat } from './openai-chat.js';
import { type ChatRequest, toChatRequest } from './openai-chat-request.js';
import { apiKeyOf, baseURLOf, loadClient } from './openai-client.js';
import { endpointOf, type OpenAIEndpoint } from './openai-endpoint.js';
import { environmentHeaders } from './openai-environment-headers.js';
import { toRawOptions } from './openai-options.js';
import { sdkOptions, sendChat, sendRaw } from './openai-requests.js';
import { checkSettings, type OpenAIClient, type OpenAISettings } from './openai-settings.js';

/**
 * Models of OpenAI, and of every server that speaks its wire: vLLM, llama.cpp, Ray Serve, LM Studio.
 *
 * @example
 * const backend = new OpenAIBackend({ modelId: 'gpt-5-mini' });
 * const local = new OpenAIBackend({ modelId: 'qwen3', baseURL: 'http://localhost:8000/v1' });
 */
export class OpenAIBackend extends Backend {
  override readonly provider: string = 'openai';
  override readonly modelId: string;
  override readonly capabilities: BackendCapabilities;
  override readonly modelOptions: ModelOptions;
  override readonly formatter: ChatFormatter;
  override readonly maxConcurrency: number;
  /** @internal */
  readonly _settings: OpenAISettings;
  /** @internal */
  readonly _timeouts: Timeouts;
  /** @internal */
  readonly _retry: RetryPolicy;
  /** @internal Keys that a function gave. */
  readonly _keys: Set<string> = new Set();
  /** @internal */
  _client: Promise<OpenAIClient> | null = null;

  /** @throws TypeError that names the setting, what it got and what it takes. */
  constructor(settings: OpenAISettings) {
    super();
    checkSettings(settings);
    this._settings = { ...settings };
    this._timeouts = resolveTimeouts('OpenAIBackend', settings.timeouts);
    this._retry = resolveRetryPolicy('OpenAIBackend', settings.retry);
    this.modelId = settings.modelId;
    this.modelOptions = settings.modelOptions ?? {};
    this.formatter = settings.formatter ?? new TemplateFormatter({ modelId: this.modelId });
    this.maxConcurrency = settings.maxConcurrency ?? 8;
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
  }

  override _secrets(): readonly string[] {
    const { defaultHeaders = {} } = this._settings;
    const headers = [...Object.values(defaultHeaders), ...environmentHeaders().values()];
    return [apiKeyOf(this._settings) ?? '', ...this._keys, ...headers].filter(isLong);
  }

  override _generateFromContext(call: ContextCall): AsyncIterable<GenerationEvent> {
    let request: ChatRequest | null = null;
    const origin = (): FailureOrigin => this._origin(request?.messages.map(({ content }) => content));
    return streamAttempts(this._plan(call.signal, origin), (io) => {
      request ??= toChatRequest(call, this._messages(call), this._endpoint(), this._settings);
      return this._chat(request, io, origin);
    });
  }

  override async _generateFromRaw(call: RawCall): Promise<readonly (RawItem | BackendError)[]> {
    const prompts = call.actions.map((action) => this.formatter.print(action));
    if (this.capabilities.rawBatch) return this._raw(call, prompts);
    return batchUnderLimit(call, this._origin(prompts), async (_, index) => {
      const [item] = await this._raw(call, [prompts[index] as string]);
      if (item && 'text' in item) return item;
      throw item;
    });
  }

  /** @internal */
  async *_chat(
    request: ChatRequest,
    io: AttemptIO,
    origin: () => FailureOrigin,
  ): AsyncGenerator<readonly GenerationEvent[], void> {
    const { messages, warnings, body, restoreText } = request;
    if (io.number === 1) {
      yield [
        { type: 'prompt', prompt: [...messages] },
        ...warnings.map((warning): GenerationEvent => ({ type: 'warning', warning })),
      ];
    }
    const client = await io.untimed(this._load());
    const options = sdkOptions(io, this._timeouts.headersMs);
    const response = await sendChat(client, body, options, this._endpoint().baseURL);
    io.headersArrived();
    yield* readChat(response, io, { restoreText, streaming: body.stream === true, origin: origin() });
  }

  /** @internal */
  _raw(call: RawCall, prompts: readonly string[]): Promise<readonly (RawItem | BackendError)[]> {
    const endpoint = this._endpoint();
    const { fields, warnings } = toRawOptions(call.modelOptions, endpoint);
    const own = call.modelOptions.providerOptions?.openai;
    const all = call.format ? [...warnings, noFormat] : warnings;
    const body = { model: this.modelId, prompt: prompts, ...fields, ...own };
    const origin = (): FailureOrigin => this._origin(prompts);
    return runAttempts(this._plan(call.signal, origin), async (io) => {
      const client = await io.untimed(this._load());
      const response = await sendRaw(client, body, sdkOptions(io, this._timeouts.headersMs));
      io.headersArrived();
      const text = await readText(response.body, io.signal);
      const choicesPerPrompt = typeof own?.n === 'number' ? own.n : 1;
      const { headers } = response;
      const items = fromOpenAIRaw(text, { prompts, choicesPerPrompt, headers, origin: origin() });
      return items.map((item) => ('text' in item ? { ...item, warnings: all, constrained: false } : item));
    });
  }

  /** @internal */
  _load(): Promise<OpenAIClient> {
    if (this._client) return this._client;
    const loading = loadClient(this._settings, (key) => this._remember(key)).catch((error: unknown) => {
      // The next call tries again: a key may be there by then.
      if (this._client === loading) this._client = null;
      throw error;
    });
    this._client = loading;
    return loading;
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
    return endpointOf(baseURLOf(this._settings));
  }

  /** @internal */
  _messages({ modelOptions, view, action }: ContextCall): ChatMessage[] {
    const messages = this.formatter.toChatMessages([...view, action]);
    const { systemPrompt } = modelOptions;
    return systemPrompt === undefined ? messages : [{ role: 'system', content: systemPrompt }, ...messages];
  }

  /** @internal */
  _plan(signal: AbortSignal, origin: () => FailureOrigin): AttemptPlan {
    return {
      origin: { provider: this.provider, model: this.modelId },
      signal,
      timeouts: this._timeouts,
      retry: this._retry,
      toError: (thrown) => fromOpenAIError(thrown, origin()),
    };
  }

  /** @internal */
  _origin(prompts: readonly string[] = []): FailureOrigin {
    return { provider: this.provider, model: this.modelId, secrets: this._secrets(), prompts };
  }
}

/** What `startSession` and the command line call; the same as `new OpenAIBackend(settings)`. */
export function createBackend(settings: OpenAISettings): OpenAIBackend {
  return new OpenAIBackend(settings);
}

const noFormat: GenerationWarning = {
  kind: 'unsupported',
  option: 'format',
  message: 'Raw completions are not constrained to a format; the text is checked afterwards.',
};

/** As many keys as are in use at once, with some to spare. */
const MAX_KEYS = 8;

/** What is shorter is no key but a word (`none`, `EMPTY`), which messages may contain. */
const isLong = (value: string): boolean => value.length >= 8;
