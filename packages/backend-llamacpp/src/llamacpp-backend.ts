import { setMaxListeners } from 'node:events';
import {
  Backend,
  type BackendCapabilities,
  type BackendError,
  type ChatMessage,
  type ContextCall,
  type FinishReason,
  GenerationCancelledError,
  type GenerationEvent,
  type GenerationWarning,
  type MelliflowError,
  type ModelOptions,
  type RawCall,
  type RawItem,
  type TokenLogprob,
  type TokenUsage,
} from '@melliflow/core';
import { batchUnderLimit, defaultCapabilities } from '@melliflow/core/implement';
import { type ChatFormatter, TemplateFormatter } from '@melliflow/formatter';
import { fromLlamaCppError } from './from-llamacpp-error.js';
import { restoredText } from './from-llamacpp-text.js';
import { type LlamaCppClient, loadClient } from './llamacpp-client.js';
import type { LlamaCppFormat } from './llamacpp-formats.js';
import { generate, type LlamaCppGenerationInit } from './llamacpp-generation.js';
import { alternativesOf } from './llamacpp-logprobs.js';
import { toLlamaCppOptions } from './llamacpp-options.js';
import type { LlamaCppCallOptions, LlamaCppPrompt } from './llamacpp-prompts.js';
import { checkSettings, type LlamaCppSettings } from './llamacpp-settings.js';
import { thoughtsOf } from './llamacpp-thoughts.js';
import { limitTime } from './llamacpp-time-limits.js';
import { toLlamaCppHistory } from './to-llamacpp-history.js';
import { toLlamaCppTools } from './to-llamacpp-tools.js';

/**
 * A GGUF model in this process. It is loaded with the first call, or by `load()`.
 *
 * @example
 * await using backend = new LlamaCppBackend({ modelId: './qwen3-4b.gguf' });
 * const [thunk] = await backend.generateFromContext('Why is the sky blue?', new SimpleContext());
 * console.log(await thunk.avalue());
 */
export class LlamaCppBackend extends Backend {
  /** The contract that this class is written for, whatever core it is installed with. */
  override readonly contract: 1 = 1;
  override readonly provider: string = 'llamacpp';
  override readonly modelId: string;
  override readonly capabilities: BackendCapabilities = {
    ...defaultCapabilities,
    format: true,
    tools: true,
    thinking: true,
    logprobs: true,
    seed: true,
    prefill: true,
  };
  override readonly modelOptions: ModelOptions;
  override readonly formatter: ChatFormatter;
  override readonly maxConcurrency: number;
  /** @internal */
  readonly _settings: LlamaCppSettings;
  /** @internal */
  _client: Promise<LlamaCppClient> | null = null;

  /** @throws TypeError that names the setting, what it got and what it takes. */
  constructor(settings: LlamaCppSettings) {
    super();
    this.modelId = checkSettings(settings);
    this.modelOptions = { ...settings.modelOptions };
    this.formatter = settings.formatter ?? new TemplateFormatter({ modelId: this.modelId });
    this.maxConcurrency = settings.maxConcurrency ?? 8;
    this._settings = { ...settings, contextSize: settings.contextSize ?? this.modelOptions.contextWindow };
  }

  /**
   * Loads the model now, so that the first call need not wait for it. After a failure the next call tries again.
   *
   * @throws ModelNotFoundError (`model_not_found`), InvalidRequestError (`invalid_request`) for a file that is no
   * whole GGUF model, UnsupportedFeatureError (`unsupported_feature`) where no prebuilt engine fits.
   */
  async load(): Promise<void> {
    await this._load();
  }

  /** Waits for the calls that run and frees the model's memory; a later call loads it again. */
  async dispose(): Promise<void> {
    const client = this._client;
    this._client = null;
    // A load that failed has told whoever asked for it.
    const loaded = await client?.catch(() => null);
    await loaded?.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  override async *_generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent, void> {
    const { modelOptions, signal } = call;
    try {
      const messages = this._messages(call);
      const history = toLlamaCppHistory(messages, this.modelId);
      const { functions, toEvent, warnings: ofTools } = toLlamaCppTools(call.tools);
      const { options, warnings } = toLlamaCppOptions(modelOptions, this._settings.contextSize);
      // The engine holds the arguments of calls to their schemas, or the text to a format: never both.
      const format = functions ? null : call.format;
      if (call.format && functions) warnings.push(formatBesideTools);
      yield { type: 'prompt', prompt: messages };
      yield* told([...warnings, ...ofTools]);
      const client = await this._load();
      const { canThink } = client.prompts;
      const held = format && (await client.formatOf(format.schema));
      const thoughts = thoughtsOf(modelOptions.thinking, { canThink, hasFormat: held !== null });
      yield* told([...thoughts.warnings, ...(held?.warnings ?? [])]);
      const prompt = client.prompts.chat(history, { functions, thinks: thoughts.isOn });
      const alternatives = alternativesOf(modelOptions.logprobs);
      const init = { options, toEvent, alternatives, thoughtShare: thoughts.share };
      yield* this._inTime(signal, (limits) => generateHeld(client, prompt, held, { ...init, ...limits }));
    } catch (error) {
      throw this._errorOf(error, signal);
    }
  }

  override _generateFromRaw(call: RawCall): Promise<readonly (RawItem | BackendError)[]> {
    const { format, modelOptions, signal } = call;
    const { options, warnings } = toLlamaCppOptions(modelOptions, this._settings.contextSize);
    warnings.push(...idleInRaw(modelOptions));
    // Every action of the batch listens to the one signal; that is no leak, and Node would warn from eleven on.
    setMaxListeners(0, signal);
    return batchUnderLimit(call, { provider: this.provider, model: this.modelId }, async (action) => {
      try {
        const prompt = this.formatter.print(action);
        const client = await this._load();
        const held = format && (await client.formatOf(format.schema));
        const alternatives = alternativesOf(modelOptions.logprobs);
        const asked = client.prompts.raw(prompt);
        const events = this._inTime(signal, (limits) =>
          generateHeld(client, asked, held, { options, alternatives, ...limits }),
        );
        return await collect(events, { prompt, warnings: [...warnings, ...(held?.warnings ?? [])] });
      } catch (error) {
        throw this._errorOf(error, signal);
      }
    });
  }

  /** @internal */
  _load(): Promise<LlamaCppClient> {
    if (this._client) return this._client;
    const loading = loadClient(this.modelId, this._settings).catch((error: unknown) => {
      if (this._client === loading) this._client = null;
      throw fromLlamaCppError(error, this.modelId);
    });
    this._client = loading;
    return loading;
  }

  /** @internal */
  async *_inTime(
    signal: AbortSignal,
    events: (limits: Pick<LlamaCppGenerationInit, 'signal' | 'onProgress'>) => AsyncIterable<GenerationEvent>,
  ): AsyncGenerator<GenerationEvent, void> {
    const limits = limitTime(this._settings.timeouts ?? {}, signal, this.modelId);
    try {
      yield* events({ signal: limits.signal, onProgress: limits.progress });
    } finally {
      limits.end();
    }
  }

  /** @internal */
  _messages({ modelOptions, view, action }: ContextCall): ChatMessage[] {
    const messages = this.formatter.toChatMessages([...view, action]);
    const { systemPrompt } = modelOptions;
    return systemPrompt === undefined ? messages : [{ role: 'system', content: systemPrompt }, ...messages];
  }

  /** @internal */
  _errorOf(error: unknown, signal: AbortSignal): MelliflowError {
    if (!signal.aborted) return fromLlamaCppError(error, this.modelId);
    const origin = { provider: this.provider, model: this.modelId, cause: signal.reason };
    return new GenerationCancelledError('llamacpp: the generation was cancelled.', origin);
  }
}

/** What `startSession` and the command line call; the same as `new LlamaCppBackend(settings)`. */
export function createBackend(settings: LlamaCppSettings): LlamaCppBackend {
  return new LlamaCppBackend(settings);
}

const formatBesideTools: GenerationWarning = {
  kind: 'unsupported',
  option: 'format',
  message:
    'The engine cannot hold an output to a format while tools are offered; the output is checked afterwards.',
};

/** What of the options has no meaning without a chat. */
function idleInRaw({ thinking, systemPrompt }: ModelOptions): GenerationWarning[] {
  const warning = (option: string, what: string): GenerationWarning => ({
    kind: 'unsupported',
    option,
    message: `Raw generation has no chat template that could ${what}.`,
  });
  return [
    ...(thinking ? [warning('thinking', 'mark thoughts')] : []),
    ...(systemPrompt === undefined ? [] : [warning('systemPrompt', 'hold a system message')]),
  ];
}

function told(warnings: readonly GenerationWarning[]): GenerationEvent[] {
  return warnings.map((warning) => ({ type: 'warning', warning }));
}

/** An answer that is held to a format, if there is one; the engine's own options of the user go over it. */
function generateHeld(
  client: LlamaCppClient,
  prompt: LlamaCppPrompt,
  held: LlamaCppFormat | null,
  init: LlamaCppGenerationInit,
): AsyncIterable<GenerationEvent> {
  if (held === null) return generate(client, prompt, init);
  const options = { grammar: held.grammar, ...init.options } as LlamaCppCallOptions;
  const events = generate(client, prompt, { ...init, options });
  return held.restoreText ? restoredText(events, held.restoreText) : events;
}

/** The events of one generation as the item of a batch. */
async function collect(events: AsyncIterable<GenerationEvent>, facts: Partial<RawItem>): Promise<RawItem> {
  let text = '';
  let usage: TokenUsage | undefined;
  let finishReason: FinishReason = 'other';
  const logprobs: TokenLogprob[] = [];
  for await (const event of events) {
    if (event.type === 'text') text += event.text;
    else if (event.type === 'logprobs') logprobs.push(...event.logprobs);
    else if (event.type === 'usage') usage = event.usage;
    else if (event.type === 'finish') finishReason = event.reason;
  }
  return { ...facts, text, usage, finishReason, logprobs: logprobs.length > 0 ? logprobs : undefined };
}
