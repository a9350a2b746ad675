import {
  AuthenticationError,
  Backend,
  type BackendCapabilities,
  BackendError,
  type BackendErrorInit,
  ConnectionError,
  type ContextCall,
  ContextLengthError,
  type FinishReason,
  GenerationCancelledError,
  type GenerationEvent,
  GenerationTimeoutError,
  getImagesFromComponent,
  IncompleteStreamError,
  InvalidRequestError,
  isComponent,
  MalformedResponseError,
  ModelNotFoundError,
  type ModelOptions,
  type Part,
  PermissionError,
  QuotaError,
  RateLimitError,
  type RawCall,
  type RawItem,
  ServerError,
} from '@melliflow/core';
import { batchUnderLimit, PlainFormatter, redact } from '@melliflow/core/implement';
import type { ExamSettings } from '../../src/index.js';
import { quotationsOf } from '../../src/laws/wrong-replies.js';
import { type Provider, type ProviderEvent, ProviderFailure } from './provider.js';

const byStatus: Readonly<Record<number, typeof BackendError>> = {
  400: InvalidRequestError,
  401: AuthenticationError,
  403: PermissionError,
  404: ModelNotFoundError,
  408: GenerationTimeoutError,
  413: InvalidRequestError,
  429: RateLimitError,
};

const byCode: Readonly<Record<string, typeof BackendError>> = {
  context_length_exceeded: ContextLengthError,
  insufficient_quota: QuotaError,
};

type AskProvider = (signal: AbortSignal) => AsyncGenerator<ProviderEvent>[];
type Indexed<E = GenerationEvent> = E & { index: number };

/** The events of all replies, each with its place. */
async function* merged(replies: AsyncGenerator<ProviderEvent>[]): AsyncGenerator<Indexed<ProviderEvent>> {
  for (const [index, reply] of replies.entries()) for await (const event of reply) yield { ...event, index };
}

/** A backend that keeps every law; its provider is in the same process. */
export class GoodBackend extends Backend {
  readonly provider = 'good';
  readonly modelId = 'good-1';
  override readonly formatter = new PlainFormatter();
  override readonly modelOptions: ModelOptions;
  override readonly maxConcurrency: number;
  override readonly capabilities: BackendCapabilities;
  readonly settings: ExamSettings;
  readonly source: Provider;
  /** What was asked last. */
  prompts: readonly string[] = [];

  constructor(source: Provider, settings: ExamSettings, claims: Partial<BackendCapabilities> = {}) {
    super();
    this.source = source;
    this.settings = settings;
    this.modelOptions = settings.modelOptions ?? {};
    this.maxConcurrency = settings.maxConcurrency ?? 8;
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
      seed: true,
      prefill: true,
      ...claims,
    };
  }

  override _secrets(): readonly string[] {
    return [this.settings.apiKey];
  }

  async *_generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent> {
    const parts = [...call.view, call.action];
    const prompt = parts.map((part) => this.print(part)).join('\n');
    this.prompts = [prompt];
    yield { type: 'prompt', prompt };
    const images = parts
      .flatMap((part) => getImagesFromComponent(isComponent(part) ? part.formatForLlm() : part) ?? [])
      .map(String);
    if (images.length > 0 && !this.capabilities.images) {
      yield { type: 'warning', warning: { kind: 'unsupported', option: 'images', message: 'No images.' } };
    }
    const tools = [...call.tools.values()].map((tool) => tool.asJsonTool);
    const text = this.text(call.modelOptions, { prompt, images, tools, format: call.format?.schema });
    yield* this.attempts(call.signal, (signal) => this.source.ask(text, [prompt], signal, call.streaming));
  }

  async _generateFromRaw(call: RawCall): Promise<(RawItem | BackendError)[]> {
    const origin = { provider: this.provider, model: this.modelId };
    const prompts = call.actions.map((action) => this.print(action));
    this.prompts = prompts;
    const text = this.text(call.modelOptions, { prompts });
    if (this.capabilities.rawBatch) return this.items(text, prompts, call.signal);
    return batchUnderLimit(call, origin, async (_, i) => {
      const [item] = await this.items(text, prompts.slice(i, i + 1), call.signal);
      return item as RawItem;
    });
  }

  print(part: Part): string {
    return this.formatter.print(part);
  }

  text({ tools: _, providerOptions, ...options }: ModelOptions, content: object): string {
    return JSON.stringify({ ...content, options, own: providerOptions?.[this.provider] });
  }

  /** One request for all of the prompts. */
  async items(text: string, prompts: readonly string[], signal: AbortSignal): Promise<RawItem[]> {
    const items = prompts.map((prompt): RawItem => ({ text: '', finishReason: 'other', prompt }));
    const ended = new Set<number>();
    const ask: AskProvider = (own) => this.source.ask(text, prompts, own, false);
    for await (const { index, ...event } of this.attempts(signal, ask)) {
      const item = items[index] as { text: string; finishReason: FinishReason };
      if (event.type === 'text') item.text += event.text;
      if (event.type === 'finish') ended.add(index);
      if (event.type === 'finish') item.finishReason = event.reason;
    }
    if (ended.size < items.length) throw this.error(IncompleteStreamError, 'cut');
    return items;
  }

  /** Calls until one succeeds, none is left, or something was delivered. */
  async *attempts(signal: AbortSignal, ask: AskProvider): AsyncGenerator<Indexed> {
    for (let attempt = 1; ; attempt++) {
      let delivered = false;
      try {
        for await (const event of this.attempt(signal, ask)) {
          delivered = true;
          yield event;
        }
        return;
      } catch (thrown) {
        const error = this.errorFrom(thrown);
        const waitMs = error.retryAfterMs ?? this.settings.retry.initialDelayMs;
        const last = attempt >= this.settings.retry.attempts || waitMs > 60_000;
        if (delivered || last || !error.retryable || signal.aborted) throw error;
        await waitFor(waitMs, signal);
      }
    }
  }

  /** One call, with the timeouts over it. */
  async *attempt(signal: AbortSignal, ask: AskProvider): AsyncGenerator<Indexed> {
    const { headersMs, firstChunkMs, idleMs, totalMs } = this.settings.timeouts ?? {};
    const controller = new AbortController();
    const stop = (): void => controller.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const startedAt = performance.now();
    let phaseMs = headersMs;
    const events = merged(ask(controller.signal));
    try {
      for (;;) {
        const leftMs = totalMs === undefined ? undefined : totalMs - (performance.now() - startedAt);
        const limitMs = Math.min(phaseMs ?? Number.POSITIVE_INFINITY, leftMs ?? Number.POSITIVE_INFINITY);
        const late = (): Error => this.error(GenerationTimeoutError, 'too slow');
        const next = await within(limitMs, events.next(), late);
        if (next.done) return;
        if (next.value.type === 'headers') phaseMs = firstChunkMs;
        else {
          phaseMs = idleMs;
          yield next.value as Indexed;
        }
      }
    } finally {
      signal.removeEventListener('abort', stop);
      controller.abort();
    }
  }

  error(type: typeof BackendError, message: string, init: Partial<BackendErrorInit> = {}): BackendError {
    const quotations = this.prompts.flatMap(quotationsOf).filter((text) => text.length > 3);
    const clean = quotations.reduce((text, quoted) => text.replaceAll(quoted, '[…]'), message);
    return new type(redact(clean, this._secrets()), {
      provider: this.provider,
      model: this.modelId,
      ...init,
    });
  }

  errorFrom(thrown: unknown): BackendError {
    if (BackendError.is(thrown)) return thrown;
    if (!(thrown instanceof ProviderFailure)) return this.error(GenerationCancelledError, 'cancelled');
    const { status = 0, code = '', retryAfter } = thrown.fault;
    if (thrown.kind === 'connection') return this.error(ConnectionError, thrown.message);
    if (thrown.kind === 'malformed') return this.error(MalformedResponseError, thrown.message);
    if (thrown.kind === 'told') return this.error(ServerError, thrown.message);
    const type = byCode[code] ?? byStatus[status] ?? ServerError;
    const retryAfterMs = retryAfter === undefined ? undefined : Number(retryAfter) * 1000;
    return this.error(type, thrown.message, { status, retryAfterMs });
  }
}

async function within<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  if (!Number.isFinite(ms)) return work;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), ms);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
  signal.throwIfAborted();
}
