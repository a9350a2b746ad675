import {
  type FinishReason,
  type GenerationEvent,
  IncompleteStreamError,
  MalformedResponseError,
} from '@melliflow/core';
import {
  errorFromStatus,
  type FailureOrigin,
  noLogprobs,
  noUsage,
  parseArguments,
  type ReadableHeaders,
} from '@melliflow/provider-kit';
import { fromOllamaFinish } from './from-ollama-finish.js';
import { fromOllamaLogprobs } from './from-ollama-logprobs.js';
import { fromOllamaUsage } from './from-ollama-usage.js';
import type { OllamaLine, OllamaMessage, OllamaToolCall } from './ollama-line.js';

/** What a reply is read with. */
export interface OllamaReplyInit {
  readonly origin: FailureOrigin;
  readonly headers: ReadableHeaders;
  /** Whether log probabilities were asked for, so that they are missed where none come. */
  readonly expectsLogprobs: boolean;
}

type ToolCallEvent = GenerationEvent & { type: 'tool_call' };

/** One answer, line by line: what each line tells, and what is known at the end. */
export class OllamaReply {
  readonly init: OllamaReplyInit;
  readonly calls: ToolCallEvent[] = [];
  /** The names of calls whose arguments are no object. */
  readonly broken: string[] = [];
  /** Why the answer ended; null while it goes on. */
  finish: FinishReason | null = null;
  hasNews = false;
  hasText = false;
  hasLogprobs = false;
  isNamed = false;
  /** The last line was no JSON: the reply was cut there, unless there is another. */
  isCut = false;

  constructor(init: OllamaReplyInit) {
    this.init = init;
  }

  /**
   * Reads a line and adds what it tells to `events`.
   *
   * @throws MalformedResponseError (`malformed_response`) for what is no line; for an error inside the reply, its class.
   */
  take(text: string, events: GenerationEvent[]): void {
    try {
      this.read(text, events);
    } catch (error) {
      // The wire's types are the server's promise; what breaks it shows where it is read.
      if (error instanceof TypeError)
        throw this.malformed('a part of the reply has another shape than it must');
      throw error;
    }
  }

  /** @internal */
  read(text: string, events: GenerationEvent[]): void {
    if (this.finish !== null) return;
    if (this.isCut) throw this.malformed('a line of the reply is not JSON');
    const line = this.parse(text);
    if (line === undefined) return;
    if (typeof line !== 'object' || line === null || Array.isArray(line)) {
      throw this.malformed('a line of the reply is no object');
    }
    if (line.error) {
      throw errorFromStatus({ status: undefined, body: line, headers: this.init.headers }, this.init.origin);
    }
    if (!this.isNamed) this.name(line, events);
    const message: OllamaMessage = line.message ?? { content: line.response, thinking: line.thinking };
    if (typeof message !== 'object') throw this.malformed('a message of the reply is no object');
    this.tell('thinking', message.thinking, events);
    this.tell('text', message.content, events);
    if (message.tool_calls) for (const call of message.tool_calls) this.call(call);
    if (line.logprobs) this.tellLogprobs(line.logprobs, events);
    if (line.done === true) this.last(line, events);
  }

  /**
   * What is told at the end: the tool calls, why it ended.
   *
   * @throws IncompleteStreamError (`incomplete_stream`) when the reply never said that the answer ended.
   * @throws MalformedResponseError (`malformed_response`) when a tool call is not whole though the answer is.
   */
  end(): GenerationEvent[] {
    const { provider, model } = this.init.origin;
    if (this.finish === null) {
      const message = `${provider}: the reply ended before the answer did (no line with done: true).`;
      throw new IncompleteStreamError(message, { provider, model });
    }
    const events: GenerationEvent[] = [...this.calls];
    for (const name of this.broken) {
      if (this.finish === 'stop' || this.finish === 'tool_calls') {
        throw this.malformed(`the arguments of the call of "${name}" are no JSON object`);
      }
      const message = `The call of "${name}" was cut short and is left out.`;
      events.push({ type: 'warning', warning: { kind: 'other', message } });
    }
    if (this.init.expectsLogprobs && this.hasText && !this.hasLogprobs) {
      events.push({ type: 'warning', warning: noLogprobs });
    }
    return [...events, { type: 'finish', reason: this.finish }];
  }

  malformed(what: string): MalformedResponseError {
    const { provider, model } = this.init.origin;
    return new MalformedResponseError(`${provider}: ${what}.`, { provider, model });
  }

  /** @internal */
  parse(text: string): OllamaLine | null | undefined {
    try {
      return JSON.parse(text) as OllamaLine | null;
    } catch {
      this.isCut = true; // What the parser says quotes the answer.
      return undefined;
    }
  }

  /** @internal */
  tell(type: 'text' | 'thinking', text: unknown, events: GenerationEvent[]): void {
    if (text === undefined || text === null || text === '') return;
    if (typeof text !== 'string') throw this.malformed('the content of a message is no text');
    this.hasNews = true;
    this.hasText ||= type === 'text';
    events.push({ type, text });
  }

  /** @internal */
  tellLogprobs(given: unknown, events: GenerationEvent[]): void {
    const logprobs = fromOllamaLogprobs(given);
    if (logprobs.length === 0) return;
    this.hasNews = true;
    this.hasLogprobs = true;
    events.push({ type: 'logprobs', logprobs });
  }

  /** @internal */
  call({ id, function: made }: OllamaToolCall): void {
    this.hasNews = true;
    const name = typeof made?.name === 'string' ? made.name : '';
    const args = argumentsOf(made?.arguments);
    if (name === '' || args === null) this.broken.push(name);
    else
      this.calls.push({ type: 'tool_call', ...(typeof id === 'string' && id !== '' && { id }), name, args });
  }

  /** @internal */
  name({ model }: OllamaLine, events: GenerationEvent[]): void {
    if (typeof model !== 'string' || model === '') return;
    this.isNamed = true;
    events.push({ type: 'metadata', model });
  }

  /** @internal */
  last(line: OllamaLine, events: GenerationEvent[]): void {
    this.finish = fromOllamaFinish(line.done_reason, this.calls.length > 0);
    const usage = fromOllamaUsage(line);
    events.push(usage ? { type: 'usage', usage } : { type: 'warning', warning: noUsage });
  }
}

/** They are an object; servers in between may make a text of it. */
function argumentsOf(given: unknown): Record<string, unknown> | null {
  if (given === undefined || given === null) return {};
  if (typeof given === 'string') return parseArguments(given);
  return typeof given === 'object' && !Array.isArray(given) ? (given as Record<string, unknown>) : null;
}
