import {
  ContentFilterError,
  type FinishReason,
  type GenerationEvent,
  IncompleteStreamError,
  MalformedResponseError,
  type TokenLogprob,
} from '@melliflow/core';
import { errorFromStatus, type FailureOrigin, ToolCallAssembler } from '@melliflow/provider-kit';
import type {
  Response,
  ResponseOutputItem,
  ResponseStreamEvent,
} from 'openai/resources/responses/responses.js';

/** What an answer is read with. */
export interface ResponsesAnswerInit {
  readonly origin: FailureOrigin;
  readonly restoreText: ((text: string) => string) | null;
}

const incompleteReasons: ReadonlyMap<unknown, FinishReason> = new Map([
  ['max_output_tokens', 'length'],
  ['content_filter', 'content_filter'],
]);

/** One answer: what each event tells, and what is known at the end. */
export class ResponsesAnswer {
  readonly init: ResponsesAnswerInit;
  readonly tools: ToolCallAssembler = new ToolCallAssembler();
  /** Why the answer ended; null while it goes on. */
  finish: FinishReason | null = null;
  /** What is told at the end, so that an attempt that is made again tells nothing twice. */
  readonly facts: GenerationEvent[] = [];
  isRefused = false;
  held = '';

  constructor(init: ResponsesAnswerInit) {
    this.init = init;
  }

  /**
   * Reads an event of a stream, and adds what it tells to `told`. Events that are not known tell nothing.
   *
   * @returns Whether it brought something of the answer.
   * @throws MalformedResponseError (`malformed_response`) for what is no event; for an error inside, its class.
   */
  take(data: string, told: GenerationEvent[]): boolean {
    const event = this.parse<ResponseStreamEvent>(data);
    switch (event.type) {
      case 'response.output_text.delta':
        this.tell(event.delta, told);
        this.tellLogprobs(event.logprobs, told);
        return true;
      case 'response.refusal.delta':
        this.isRefused = true;
        this.tell(event.delta, told);
        return true;
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        told.push({ type: 'thinking', text: event.delta });
        return true;
      case 'response.output_item.added':
        if (event.item.type !== 'function_call') return false;
        this.tools.add({ index: event.output_index, id: event.item.call_id, name: event.item.name });
        return true;
      case 'response.function_call_arguments.delta':
        this.tools.add({ index: event.output_index, arguments: event.delta });
        return true;
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        this.close(event.response);
        return false;
      case 'error':
        throw this.failure(event);
      default:
        return false;
    }
  }

  /**
   * Reads an answer that came whole.
   *
   * @throws MalformedResponseError (`malformed_response`) for what is no answer; for an error inside, its class.
   */
  takeWhole(data: string, told: GenerationEvent[]): void {
    const response = this.parse<Response>(data);
    if (response.error) throw this.failure({ error: response.error });
    if (!Array.isArray(response.output)) throw this.malformed('the reply has no output');
    for (const [index, item] of response.output.entries()) this.takeItem(item, index, told);
    this.close(response);
  }

  /**
   * What is told at the end.
   *
   * @throws IncompleteStreamError (`incomplete_stream`) when the reply never said that the answer ended.
   * @throws MalformedResponseError (`malformed_response`) when a tool call is not whole though the answer is.
   * @throws ContentFilterError (`content_filter`) when the model refused; its words are the text.
   */
  end(): GenerationEvent[] {
    const { finish } = this;
    const { origin } = this.init;
    if (finish === null) {
      throw new IncompleteStreamError(`${origin.provider}: the reply ended before the answer did.`, origin);
    }
    if (this.isRefused) {
      throw new ContentFilterError(
        `${origin.provider}: the model refused; its words are in partialText.`,
        origin,
      );
    }
    const { complete, broken } = this.tools.finish(finish === 'stop');
    if (finish === 'stop' && broken.length > 0)
      throw this.malformed(`the call of "${broken[0]}" is not whole`);
    const calls = complete.map((call): GenerationEvent => ({ type: 'tool_call', ...call }));
    const cut = broken.map((name): GenerationEvent => {
      const message = `The call of "${name}" was cut short and is left out.`;
      return { type: 'warning', warning: { kind: 'other', message } };
    });
    const reason = finish === 'stop' && complete.length > 0 ? 'tool_calls' : finish;
    return [...this.rest(), ...this.facts, ...calls, ...cut, { type: 'finish', reason }];
  }

  /** The text that is held back: as it is meant if it came whole, else as it came. */
  rest(): GenerationEvent[] {
    const { held, finish, isRefused } = this;
    if (held === '') return [];
    this.held = '';
    const isWhole = finish === 'stop' && !isRefused;
    return [{ type: 'text', text: isWhole ? (this.init.restoreText?.(held) ?? held) : held }];
  }

  /** @internal */
  takeItem(item: ResponseOutputItem, index: number, told: GenerationEvent[]): void {
    if (item.type === 'function_call') {
      this.tools.add({ index, id: item.call_id, name: item.name, arguments: item.arguments });
    } else if (item.type === 'reasoning') {
      for (const { text } of [...item.summary, ...(item.content ?? [])])
        told.push({ type: 'thinking', text });
    } else if (item.type === 'message') {
      for (const part of item.content) {
        if (part.type === 'refusal') this.isRefused = true;
        this.tell(part.type === 'refusal' ? part.refusal : part.text, told);
        if (part.type === 'output_text') this.tellLogprobs(part.logprobs, told);
      }
    }
  }

  /** @internal The last that a reply says. */
  close({ id, model, status, usage, error, incomplete_details }: Response): void {
    if (status === 'failed') throw this.failure({ error });
    this.facts.push({ type: 'metadata', model, responseId: id });
    if (usage) {
      const {
        input_tokens: promptTokens,
        output_tokens: completionTokens,
        total_tokens: totalTokens,
      } = usage;
      const { cached_tokens = 0 } = usage.input_tokens_details ?? {};
      const { reasoning_tokens = 0 } = usage.output_tokens_details ?? {};
      const details = { cached_tokens, reasoning_tokens };
      this.facts.push({ type: 'usage', usage: { promptTokens, completionTokens, totalTokens, details } });
    }
    if (status === 'completed') this.finish = 'stop';
    if (status === 'incomplete') this.finish = incompleteReasons.get(incomplete_details?.reason) ?? 'other';
  }

  /** @internal */
  tell(text: string, told: GenerationEvent[]): void {
    if (typeof text !== 'string') throw this.malformed('a piece of the text is none');
    if (this.init.restoreText) this.held += text;
    else if (text !== '') told.push({ type: 'text', text });
  }

  /** @internal */
  tellLogprobs(given: readonly WireLogprob[] | undefined, told: GenerationEvent[]): void {
    if (!given?.length) return;
    const logprobs = given.map(({ token, logprob, top_logprobs = [] }): TokenLogprob => {
      const top = top_logprobs.map((one) => ({ token: one.token ?? '', logprob: one.logprob ?? 0 }));
      return { token, logprob, ...(top.length > 0 && { top }) };
    });
    told.push({ type: 'logprobs', logprobs });
  }

  /** @internal */
  failure(body: unknown): Error {
    return errorFromStatus({ status: undefined, body }, this.init.origin);
  }

  /** @internal */
  parse<T>(data: string): T {
    try {
      const value: unknown = JSON.parse(data);
      if (typeof value === 'object' && value !== null) return value as T;
    } catch {
      // What the parser says quotes the answer; the error below does not.
    }
    throw this.malformed('the reply is not what the wire promises');
  }

  malformed(what: string): MalformedResponseError {
    return new MalformedResponseError(`${this.init.origin.provider}: ${what}.`, this.init.origin);
  }
}

interface WireLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly top_logprobs?: readonly { readonly token?: string; readonly logprob?: number }[];
}
