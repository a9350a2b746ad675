import {
  type FinishReason,
  type GenerationEvent,
  IncompleteStreamError,
  MalformedResponseError,
} from '@melliflow/core';
import { errorFromStatus, type FailureOrigin, ToolCallAssembler } from '@melliflow/provider-kit';

/** The part of a chunk, or of a whole reply, that is read. What a server sends may be anything: look before use. */
interface ResponsesChunk {
  readonly id?: string;
  readonly error?: unknown;
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
  readonly choices?: readonly ResponsesChoice[];
}

interface ResponsesChoice {
  readonly delta?: ResponsesMessage;
  /** In a whole reply, instead of `delta`. */
  readonly message?: ResponsesMessage;
  readonly finish_reason?: string | null;
}

interface ResponsesMessage {
  readonly content?: string | null;
  readonly tool_calls?: readonly {
    readonly index?: number;
    readonly id?: string;
    readonly function?: { readonly name?: string; readonly arguments?: string };
  }[];
}

const finishReasons: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool_calls'],
  ['content_filter', 'content_filter'],
]);

/** One answer: what each chunk tells, and what is known at the end. */
export class ResponsesAnswer {
  readonly origin: FailureOrigin;
  readonly tools: ToolCallAssembler = new ToolCallAssembler();
  finish: FinishReason | null = null;
  /** What is told at the end, so that an attempt that is made again tells nothing twice. */
  readonly facts: GenerationEvent[] = [];
  isNamed = false;

  constructor(origin: FailureOrigin) {
    this.origin = origin;
  }

  /**
   * Reads a chunk: the text that it brings, or null where it brings nothing of the answer.
   *
   * @throws MalformedResponseError (`malformed_response`) for what is no chunk; for an error inside, its class.
   */
  take(data: string): string | null {
    const chunk = this.parse(data);
    if (chunk.error) throw errorFromStatus({ status: undefined, body: chunk }, this.origin);
    if (chunk.id && !this.isNamed) {
      this.isNamed = true;
      this.facts.push({ type: 'metadata', responseId: chunk.id });
    }
    if (chunk.usage) this.count(chunk.usage);
    const choice = chunk.choices?.[0];
    const { content, tool_calls } = choice?.delta ?? choice?.message ?? {};
    const text = typeof content === 'string' ? content : '';
    const calls = tool_calls ?? [];
    for (const [i, { index = i, id, function: called }] of calls.entries()) {
      this.tools.add({ index, id, name: called?.name, arguments: called?.arguments });
    }
    if (choice?.finish_reason) this.finish = finishReasons.get(choice.finish_reason) ?? 'other';
    return text !== '' || calls.length > 0 ? text : null;
  }

  /**
   * What is told at the end.
   *
   * @throws IncompleteStreamError (`incomplete_stream`) when the reply never said that the answer ended.
   * @throws MalformedResponseError (`malformed_response`) when a tool call is not whole though the answer is.
   */
  end(): GenerationEvent[] {
    const { finish, origin } = this;
    if (finish === null) {
      throw new IncompleteStreamError(`${origin.provider}: the reply ended before the answer did.`, origin);
    }
    const isWhole = finish === 'stop' || finish === 'tool_calls';
    const { complete, broken } = this.tools.finish(isWhole);
    if (isWhole && broken.length > 0) throw this.malformed(`the call of "${broken[0]}" is not whole`);
    const calls = complete.map((call): GenerationEvent => ({ type: 'tool_call', ...call }));
    const cut = broken.map((name): GenerationEvent => {
      const message = `The call of "${name}" was cut short and is left out.`;
      return { type: 'warning', warning: { kind: 'other', message } };
    });
    const reason = finish === 'stop' && complete.length > 0 ? 'tool_calls' : finish;
    return [...this.facts, ...calls, ...cut, { type: 'finish', reason }];
  }

  /** @internal */
  count({
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
  }: NonNullable<ResponsesChunk['usage']>): void {
    const totalTokens = promptTokens + completionTokens;
    this.facts.push({ type: 'usage', usage: { promptTokens, completionTokens, totalTokens } });
  }

  /** @internal */
  parse(data: string): ResponsesChunk {
    try {
      const value: unknown = JSON.parse(data);
      if (typeof value === 'object' && value !== null) return value;
    } catch {
      // What the parser says quotes the answer; the error below does not.
    }
    throw this.malformed('the reply is not what the wire promises');
  }

  malformed(what: string): MalformedResponseError {
    return new MalformedResponseError(`${this.origin.provider}: ${what}.`, this.origin);
  }
}
