import type { ChatMessage, ContextCall, GenerationEvent, GenerationWarning, Part } from '@melliflow/core';
import { type Answer, answerOf } from './answer-of.js';
import type { AttemptIO, AttemptPlan } from './attempt.js';
import type { FailureOrigin } from './error-from-status.js';
import type { ProviderSettings } from './provider-settings.js';
import { type RetryPolicy, resolveRetryPolicy } from './retry-policy.js';
import { runAttempts, streamAttempts } from './run-attempts.js';
import { resolveTimeouts, type Timeouts } from './timeouts.js';
import { toProviderError } from './to-provider-error.js';

/** What of a backend its calls need. */
export interface CallingBackend {
  readonly provider: string;
  readonly modelId: string;
  readonly formatter: { toChatMessages(parts: readonly Part[]): ChatMessage[] };
  _secrets(): readonly string[];
}

/** What a backend does of its own when it is called. */
export interface ProviderCallsInit {
  /** Whose settings they are, for messages, such as `OpenAIBackend`. */
  readonly owner: string;
  readonly settings: ProviderSettings;
  /** What to look at when the key is refused, where it is not `apiKey` alone. */
  keyHint?(): string | undefined;
  /** What an attempt threw as an error of the family. Default: `toProviderError`. */
  toError?(thrown: unknown, origin: FailureOrigin): Error;
}

/** What every request of a chat has, whatever the wire. */
export interface ProviderChatRequest {
  readonly messages: readonly ChatMessage[];
  /** What the wire cannot be told. */
  readonly warnings: readonly GenerationWarning[];
}

/** How a chat is asked for. */
export interface ProviderChat<R extends ProviderChatRequest> {
  /** Made once, with the first attempt, so that nothing runs before it is asked for. */
  request(messages: readonly ChatMessage[]): R;
  /** One attempt: what the reply tells, batch by batch, or at once where the answer came whole. */
  ask(
    request: R,
    io: AttemptIO,
    origin: FailureOrigin,
  ): Answer<GenerationEvent> | Promise<Answer<GenerationEvent>>;
}

/** The calls of one backend: its time limits, its retries, and what its errors may show. */
export class ProviderCalls {
  readonly backend: CallingBackend;
  readonly timeouts: Timeouts;
  readonly retry: RetryPolicy;
  /** @internal */
  readonly _init: ProviderCallsInit;

  /** @throws TypeError that names the setting, what it got and what it takes. */
  constructor(backend: CallingBackend, init: ProviderCallsInit) {
    const { owner, settings } = init;
    this.backend = backend;
    this.timeouts = resolveTimeouts(owner, settings.timeouts);
    this.retry = resolveRetryPolicy(owner, settings.retry);
    this._init = init;
  }

  /** Whom an error concerns, and what it must not show: the secrets, and the texts of the request. */
  origin(prompts: readonly string[] = []): FailureOrigin {
    return this.originOf(() => prompts);
  }

  /** @internal What it holds is read when there is an error: most calls have none. */
  originOf(prompts: () => readonly string[]): FailureOrigin {
    const { backend, _init: init } = this;
    return {
      provider: backend.provider,
      model: backend.modelId,
      // A key or a token may be got after the call began.
      get secrets() {
        return backend._secrets();
      },
      get prompts() {
        return prompts();
      },
      get keyHint() {
        return init.keyHint?.();
      },
    };
  }

  /** A chat, streamed or whole. Prompt and warnings are told first, once. */
  chat<R extends ProviderChatRequest>(
    call: ContextCall,
    { request, ask }: ProviderChat<R>,
  ): AsyncIterable<GenerationEvent> {
    let made: R | null = null;
    const origin = (): FailureOrigin => this.originOf(() => made?.messages.flatMap(textsOf) ?? []);
    const { formatter } = this.backend;
    return streamAttempts(this.plan(call.signal, origin), (io) => {
      const asked = made ?? request(messagesOf(call, formatter));
      made = asked;
      return answerOf(() => ask(asked, io, origin()), io.number === 1 ? firstEvents(asked) : null);
    });
  }

  /** A call whose answer comes at once, such as a raw prompt or a batch of them. */
  run<T>(
    signal: AbortSignal,
    prompts: readonly string[],
    attempt: (io: AttemptIO, origin: FailureOrigin) => Promise<T>,
  ): Promise<T> {
    const origin = (): FailureOrigin => this.origin(prompts);
    return runAttempts(this.plan(signal, origin), (io) => attempt(io, origin()));
  }

  /** @internal */
  plan(signal: AbortSignal, origin: () => FailureOrigin): AttemptPlan {
    const { provider, modelId } = this.backend;
    const { toError = toProviderError } = this._init;
    return {
      origin: { provider, model: modelId },
      signal,
      timeouts: this.timeouts,
      retry: this.retry,
      toError: (thrown) => toError(thrown, origin()),
    };
  }
}

function messagesOf(
  { modelOptions, view, action }: ContextCall,
  formatter: CallingBackend['formatter'],
): ChatMessage[] {
  const messages = formatter.toChatMessages([...view, action]);
  const { systemPrompt } = modelOptions;
  return systemPrompt === undefined ? messages : [{ role: 'system', content: systemPrompt }, ...messages];
}

/** What of a message an error must not show; images are known by their looks. */
function textsOf({ content, toolCalls = [] }: ChatMessage): string[] {
  return [content, ...toolCalls.map(({ args }) => JSON.stringify(args))];
}

function firstEvents({ messages, warnings }: ProviderChatRequest): GenerationEvent[] {
  return [
    { type: 'prompt', prompt: [...messages] },
    ...warnings.map((warning): GenerationEvent => ({ type: 'warning', warning })),
  ];
}
