import {
  Backend,
  type BackendCapabilities,
  type BackendError,
  type ChatMessage,
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
  type AttemptPlan,
  type FailureOrigin,
  patientFetch,
  type RetryPolicy,
  resolveRetryPolicy,
  resolveTimeouts,
  runAttempts,
  streamAttempts,
  type Timeouts,
} from '@melliflow/provider-kit';
import { fromOllamaError } from './from-ollama-error.js';
import { toRawItem } from './from-ollama-raw.js';
import { type ChatRequest, toChatRequest } from './ollama-chat-request.js';
import { clientOf, secretsOf } from './ollama-client.js';
import { toRawOptions, withOwnOptions } from './ollama-options.js';
import { type OllamaRequest, send } from './ollama-requests.js';
import { checkSettings, type OllamaSettings } from './ollama-settings.js';
import { readReply } from './ollama-stream.js';
import { toOllamaFormat } from './to-ollama-format.js';

/**
 * Models that an Ollama server has, yours or the one of ollama.com.
 *
 * @example
 * const backend = new OllamaBackend({ modelId: 'qwen3' });
 * const elsewhere = new OllamaBackend({ modelId: 'qwen3', baseURL: 'http://gpu.lan:11434', keepAlive: '1h' });
 */
export class OllamaBackend extends Backend {
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
  readonly _timeouts: Timeouts;
  /** @internal */
  readonly _retry: RetryPolicy;

  /** @throws TypeError that names the setting, what it got and what it takes. */
  constructor(settings: OllamaSettings) {
    super();
    checkSettings(settings);
    this._settings = { ...settings };
    this._timeouts = resolveTimeouts('OllamaBackend', settings.timeouts);
    this._retry = resolveRetryPolicy('OllamaBackend', settings.retry);
    this.modelId = settings.modelId;
    this.modelOptions = settings.modelOptions ?? {};
    this.formatter = settings.formatter ?? new TemplateFormatter({ modelId: this.modelId });
    this.maxConcurrency = settings.maxConcurrency ?? 8;
  }

  override _secrets(): readonly string[] {
    return secretsOf(this._settings);
  }

  override _generateFromContext(call: ContextCall): AsyncIterable<GenerationEvent> {
    let request: ChatRequest | null = null;
    const origin = (): FailureOrigin => this._origin(request?.messages.map(({ content }) => content));
    return streamAttempts(this._plan(call.signal, origin), (io) => {
      request ??= toChatRequest(call, this._messages(call), this._settings);
      return this._chat(request, io, origin());
    });
  }

  override async _generateFromRaw(call: RawCall): Promise<readonly (RawItem | BackendError)[]> {
    const prompts = call.actions.map((action) => this.formatter.print(action));
    return batchUnderLimit(call, this._origin(prompts), (_, index) =>
      this._raw(call, prompts[index] as string),
    );
  }

  /** @internal */
  async *_chat(
    request: ChatRequest,
    io: AttemptIO,
    origin: FailureOrigin,
  ): AsyncGenerator<readonly GenerationEvent[], void> {
    const { messages, warnings } = request;
    if (io.number === 1) {
      yield [
        { type: 'prompt', prompt: [...messages] },
        ...warnings.map((warning): GenerationEvent => ({ type: 'warning', warning })),
      ];
    }
    yield* this._ask(request, io, origin);
  }

  /** @internal One prompt of a raw batch. */
  async _raw({ modelOptions, format, signal }: RawCall, prompt: string): Promise<RawItem> {
    const { keepAlive } = this._settings;
    const options = toRawOptions(modelOptions);
    const held = toOllamaFormat(format);
    const fields = {
      model: this.modelId,
      prompt,
      raw: true,
      ...options.fields,
      ...held.fields,
      ...(keepAlive !== undefined && { keep_alive: keepAlive }),
    };
    const body = withOwnOptions(fields, modelOptions);
    const origin = this._origin([prompt]);
    const item = await runAttempts(
      this._plan(signal, () => origin),
      (io) => toRawItem(this._ask({ endpoint: 'generate', body }, io, origin), prompt),
    );
    return { ...item, warnings: [...options.warnings, ...held.warnings, ...(item.warnings ?? [])] };
  }

  /** @internal */
  async *_ask(
    request: OllamaRequest,
    io: AttemptIO,
    origin: FailureOrigin,
  ): AsyncGenerator<readonly GenerationEvent[], void> {
    const client = await io.untimed(clientOf(this._settings, this._settings.fetch ?? patientFetch));
    yield* readReply(await send(client, request, io, origin), io, { origin });
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
      toError: (thrown) => fromOllamaError(thrown, origin()),
    };
  }

  /** @internal */
  _origin(prompts: readonly string[] = []): FailureOrigin {
    return { provider: this.provider, model: this.modelId, secrets: this._secrets(), prompts };
  }
}

/** What `startSession` and the command line call; the same as `new OllamaBackend(settings)`. */
export function createBackend(settings: OllamaSettings): OllamaBackend {
  return new OllamaBackend(settings);
}
