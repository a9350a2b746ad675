import type { FinishReason } from '@melliflow/core';
import { Provider, type ProviderEvent, ProviderFailure } from './provider.js';

interface Chunk {
  choices?: {
    index: number;
    text?: string;
    delta?: Message;
    message?: Message;
    finish_reason: string | null;
    logprobs?: { content?: { token: string; logprob: number }[] } | null;
  }[];
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number } | null;
  error?: { message: string };
  /** Of a named error event. */
  message?: string;
}
interface Message {
  content?: string | null;
  reasoning_content?: string;
  tool_calls?: { index?: number; id?: string; function: { name?: string; arguments: string } }[];
}

/** The same provider, but over OpenAI's wire by plain fetch: the good backend becomes a wire backend. */
export class WireProvider extends Provider {
  readonly baseURL: string;

  constructor(baseURL: string) {
    super([]);
    this.baseURL = baseURL;
  }

  override ask(
    text: string,
    prompts: readonly string[],
    signal: AbortSignal,
    stream: boolean,
  ): AsyncGenerator<ProviderEvent>[] {
    const extra = JSON.parse(text);
    const isRaw = 'prompts' in extra;
    const content = isRaw ? { prompt: prompts } : { messages: [{ role: 'user', content: prompts[0] }] };
    const { logprobs } = extra.options;
    const body = {
      model: 'good-1',
      ...content,
      stream,
      stream_options: { include_usage: true },
      logprobs,
      extra,
    };
    const reply = this.send(isRaw ? 'completions' : 'chat/completions', body, signal, stream);
    return isRaw ? prompts.map((_, i) => this.choice(reply, i)) : [reply];
  }

  all: WeakMap<AsyncGenerator<ProviderEvent>, Promise<(ProviderEvent & { index?: number })[]>> =
    new WeakMap();

  /** One choice of a batch, read once for all. */
  async *choice(reply: AsyncGenerator<ProviderEvent>, index: number): AsyncGenerator<ProviderEvent> {
    const read = async (): Promise<(ProviderEvent & { index?: number })[]> => {
      const events: ProviderEvent[] = [];
      for await (const event of reply) events.push(event);
      return events;
    };
    if (!this.all.has(reply)) this.all.set(reply, read());
    for (const event of (await this.all.get(reply)) ?? []) {
      if (event.index === undefined || event.index === index) yield event;
    }
  }

  async *send(
    path: string,
    body: object,
    signal: AbortSignal,
    stream: boolean,
  ): AsyncGenerator<ProviderEvent> {
    const controller = new AbortController();
    const stop = (): void => controller.abort();
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    try {
      const init = { method: 'POST', body: JSON.stringify(body), signal: controller.signal };
      const reply = await broken(fetch(`${this.baseURL}/${path}`, init), signal);
      yield { type: 'headers' };
      if (!reply.ok) throw failureOf(reply, await broken(reply.text(), signal));
      const calls: { id?: string; name: string; args: string }[] = [];
      const last: ProviderEvent[] = [];
      for await (const data of stream ? events(reply, signal) : whole(reply, signal)) {
        if (data === '[DONE]') break;
        for (const event of told(parsed(data), calls, stream)) {
          if (event.type === 'finish') last.push(event);
          else yield event;
        }
      }
      yield* last; // The usage comes after the word for the end.
    } finally {
      signal.removeEventListener('abort', stop);
      controller.abort();
    }
  }
}

async function broken<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ProviderFailure('connection', (error as Error).message);
  }
}

function failureOf({ status, headers }: Response, text: string): ProviderFailure {
  const body = /^\{/.test(text) ? JSON.parse(text) : {};
  const { message = body.message ?? body.detail ?? text, code } = body.error ?? {};
  const retryAfter = headers.get('retry-after') ?? undefined;
  return new ProviderFailure('status', String(message), { status, code: code ?? undefined, retryAfter });
}

async function* whole(reply: Response, signal: AbortSignal): AsyncGenerator<string> {
  yield await broken(reply.text(), signal);
}

async function* events(reply: Response, signal: AbortSignal): AsyncGenerator<string> {
  const reader = reply.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } =
      (await broken(reader?.read() as Promise<ReadableStreamReadResult<string>>, signal)) ?? {};
    if (done) return;
    const lines = (rest + value).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('data: ')) yield line.slice(6);
  }
}

function parsed(data: string): Chunk {
  try {
    return JSON.parse(data);
  } catch {
    throw new ProviderFailure('malformed', 'no JSON');
  }
}

function* told(
  chunk: Chunk | null,
  calls: { id?: string; name: string; args: string }[],
  stream: boolean,
): Generator<ProviderEvent> {
  const said = chunk?.error?.message ?? chunk?.message;
  if (said !== undefined) throw new ProviderFailure('told', said);
  if (!stream && !chunk?.choices?.length) throw new ProviderFailure('malformed', 'no choices');
  if (chunk?.usage) {
    const {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: totalTokens,
    } = chunk.usage;
    yield { type: 'usage', usage: { promptTokens, completionTokens, totalTokens } };
  }
  for (const { index, text, delta, message, finish_reason, logprobs } of chunk?.choices ?? []) {
    const own = delta ?? message;
    if (own?.reasoning_content) yield { type: 'thinking', text: own.reasoning_content };
    const content = text ?? own?.content;
    if (content) yield { type: 'text', text: content, index } as ProviderEvent;
    if (logprobs?.content) yield { type: 'logprobs', logprobs: logprobs.content };
    own?.tool_calls?.forEach(({ index: at, id, function: part }, i) => {
      calls[at ?? i] ??= { ...(id && { id }), name: part.name ?? '', args: '' };
      const known = calls[at ?? i] as { args: string };
      known.args += part.arguments;
    });
    if (finish_reason === null) continue;
    for (const { args, ...call } of calls)
      yield { type: 'tool_call', ...call, args: parsed(args) as Record<string, unknown> };
    yield { type: 'finish', reason: finish_reason as FinishReason, index } as ProviderEvent;
  }
}
