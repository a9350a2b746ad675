import {
  ContentFilterError,
  type FinishReason,
  type GenerationEvent,
  type GenerationWarning,
  IncompleteStreamError,
  MalformedResponseError,
} from '@melliflow/core';
import {
  errorFromStatus,
  type FailureOrigin,
  noLogprobs,
  type ReadableHeaders,
  ToolCallAssembler,
} from '@melliflow/provider-kit';
import { contentOf } from './content-parts.js';
import { fromWireFinish } from './finish-reason.js';
import { isFailure } from './is-failure.js';
import { fromChatLogprobs } from './logprobs.js';
import { fromWireUsage } from './usage.js';
import type { WireChoice, WireChunk, WireDelta } from './wire-chunk.js';

/** What a reply is read with. */
export interface ChatReplyInit {
  readonly origin: FailureOrigin;
  readonly headers: ReadableHeaders;
  /** Holds the text back until it is whole, and then gives the text that is meant. */
  readonly restoreText?: ((text: string) => string) | null | undefined;
  /** The provider's own words for the end, over the usual ones. Null: an end that leaves the answer a part. */
  readonly finishReasons?: ReadonlyMap<string, FinishReason | null> | undefined;
  /** Whether log probabilities were asked for, so that they are missed where none come. Default false. */
  readonly expectsLogprobs?: boolean | undefined;
  /** Whether the server was asked for its usage, so that it is missed where it is not told. Default true. */
  readonly expectsUsage?: boolean | undefined;
  /** What to warn of at a server that is known by its `system_fingerprint`. */
  readonly warningsOf?: ((fingerprint: string) => readonly GenerationWarning[]) | undefined;
}

/** One answer, chunk by chunk: what each chunk tells, and what is known at the end. */
export class ChatReply {
  readonly init: ChatReplyInit;
  readonly tools: ToolCallAssembler = new ToolCallAssembler();
  /** Why the answer ended; null while it goes on. */
  finish: FinishReason | null = null;
  hasContent = false;
  hasUsage = false;
  hasText = false;
  hasLogprobs = false;
  isNamed = false;
  isRefused = false;
  hasFurther = false;
  held = '';

  constructor(init: ChatReplyInit) {
    this.init = init;
  }

  /**
   * Reads a chunk and adds what it tells to `events`.
   *
   * @throws MalformedResponseError (`malformed_response`) for what is no chunk; for an error inside the stream, its
   * class.
   */
  take(chunk: WireChunk | null, events: GenerationEvent[]): void {
    try {
      this.read(chunk, events);
    } catch (error) {
      // The wire's types are the server's promise; what breaks it shows where it is read.
      if (error instanceof TypeError)
        throw this.malformed('a part of the reply has another shape than it must');
      throw error;
    }
  }

  /** @internal */
  read(chunk: WireChunk | null, events: GenerationEvent[]): void {
    if (typeof chunk !== 'object' || chunk === null)
      throw this.malformed('the stream has a chunk that is none');
    if (isFailure(chunk)) throw this.failure(chunk);
    if (!this.isNamed) this.name(chunk, events);
    if (chunk.usage) this.count(chunk.usage, events);
    const { choices } = chunk;
    if (!choices) return;
    for (let i = 0; i < choices.length; i++) {
      const choice = choices[i];
      if (choice && (choice.index ?? 0) === 0) this.takeChoice(choice, events);
      else if (choice) this.leaveOut(events);
    }
  }

  /** Whether something of the answer came since this was asked last. */
  hasNews(): boolean {
    const { hasContent } = this;
    this.hasContent = false;
    return hasContent;
  }

  /** An error that came inside of the reply. */
  failure(body: unknown): Error {
    return errorFromStatus({ status: undefined, body, headers: this.init.headers }, this.init.origin);
  }

  malformed(what: string): MalformedResponseError {
    const { provider, model } = this.init.origin;
    return new MalformedResponseError(`${provider}: ${what}.`, { provider, model });
  }

  /**
   * What is told at the end: the text that was held back, the tool calls, why it ended.
   *
   * @throws IncompleteStreamError (`incomplete_stream`) when the reply never said that the answer ended.
   * @throws MalformedResponseError (`malformed_response`) when a tool call is not whole though the answer is.
   * @throws ContentFilterError (`content_filter`) when the model refused to answer in the format.
   */
  end(): GenerationEvent[] {
    const { provider, model } = this.init.origin;
    if (this.finish === null) {
      const message = `${provider}: the reply ended before the answer did (no finish_reason).`;
      throw new IncompleteStreamError(message, { provider, model });
    }
    if (this.isRefused) {
      throw new ContentFilterError(`${provider}: the model refused; its words are in partialText.`, {
        provider,
        model,
      });
    }
    const events: GenerationEvent[] = [];
    const isWhole = this.finish === 'stop' || this.finish === 'tool_calls';
    const { complete, broken } = this.tools.finish(isWhole);
    for (const call of complete) events.push({ type: 'tool_call', ...call });
    for (const name of broken) {
      if (isWhole) throw this.malformed(`the arguments of the call of "${name}" are no JSON object`);
      const message = `The call of "${name}" was cut short and is left out.`;
      events.push({ type: 'warning', warning: { kind: 'other', message } });
    }
    if (this.init.expectsLogprobs && this.hasText && !this.hasLogprobs) {
      events.push({ type: 'warning', warning: noLogprobs });
    }
    const called = this.finish === 'stop' && complete.length > 0;
    events.push({ type: 'finish', reason: called ? 'tool_calls' : this.finish });
    return [...this.rest(), ...events];
  }

  /** The text that is held back: as it is meant if it came whole, else as it came. */
  rest(): GenerationEvent[] {
    const { held, finish, isRefused, init } = this;
    if (held === '') return [];
    this.held = '';
    const text = finish === null || isRefused ? held : (init.restoreText?.(held) ?? held);
    return [{ type: 'text', text }];
  }

  /** @internal */
  takeChoice({ delta, logprobs, finish_reason }: WireChoice, events: GenerationEvent[]): void {
    if (delta) this.takeDelta(delta, events);
    if (logprobs) {
      const tokens = fromChatLogprobs(logprobs);
      if (tokens.length > 0) {
        this.hasContent = true;
        this.hasLogprobs = true;
        events.push({ type: 'logprobs', logprobs: tokens });
      }
    }
    if (finish_reason) this.finish = fromWireFinish(finish_reason, this.init.finishReasons) ?? this.finish;
  }

  /** @internal */
  takeDelta(delta: WireDelta, events: GenerationEvent[]): void {
    const { content, refusal, tool_calls, function_call } = delta;
    if (typeof content === 'string') this.tell(content, events);
    else if (content != null) {
      if (!Array.isArray(content)) throw this.malformed('the content of a message is no text');
      const { text, thinking } = contentOf(content);
      this.think(thinking, events);
      this.tell(text, events);
    }
    const reasoning = delta.reasoning_content || delta.reasoning;
    if (typeof reasoning === 'string') this.think(reasoning, events);
    if (refusal) {
      this.isRefused = true;
      this.tell(refusal, events);
    }
    for (const { index, id, function: called } of tool_calls ?? []) {
      this.hasContent = true;
      this.tools.add({ index, id, name: called?.name, arguments: called?.arguments });
    }
    // The form of old, for one call; where there are both, they say the same.
    if ((function_call?.name || function_call?.arguments) && !tool_calls?.length) {
      this.hasContent = true;
      this.tools.add({ index: 0, ...function_call });
    }
  }

  /** @internal Further choices (`n`) have no place in a thunk. */
  leaveOut(events: GenerationEvent[]): void {
    if (this.hasFurther) return;
    this.hasFurther = true;
    events.push({ type: 'warning', warning: furtherChoices });
  }

  /** @internal */
  tell(text: string, events: GenerationEvent[]): void {
    if (text === '') return;
    this.hasContent = true;
    this.hasText = true;
    if (this.init.restoreText) this.held += text;
    else events.push({ type: 'text', text });
  }

  /** @internal */
  think(text: string, events: GenerationEvent[]): void {
    if (text === '') return;
    this.hasContent = true;
    events.push({ type: 'thinking', text });
  }

  /** @internal */
  name({ id, model_id, model = model_id, system_fingerprint }: WireChunk, events: GenerationEvent[]): void {
    const responseId = typeof id === 'string' && id !== '' ? id : undefined;
    const answering = typeof model === 'string' && model !== '' ? model : undefined;
    if (responseId === undefined && answering === undefined) return;
    this.isNamed = true;
    events.push({ type: 'metadata', model: answering, responseId });
    if (typeof system_fingerprint !== 'string') return;
    const warnings = this.init.warningsOf?.(system_fingerprint) ?? [];
    for (const warning of warnings) events.push({ type: 'warning', warning });
  }

  /** @internal */
  count(given: unknown, events: GenerationEvent[]): void {
    const usage = fromWireUsage(given);
    if (usage === null) return;
    this.hasUsage = true;
    events.push({ type: 'usage', usage });
  }
}

/** Told where more than one choice was asked for. */
export const furtherChoices: GenerationWarning = {
  kind: 'other',
  message: 'The reply has further choices (n); only the first is kept.',
};
