import { getEventListeners } from 'node:events';
import { openaiServer, Turnstile } from '@melliflow/backend-conformance/servers';
import { GenerationCancelledError } from '@melliflow/core';
import { describe, expect, it, vi } from 'vitest';
import { OpenAIBackend } from '../src/index.js';
import { ask, ctx, streamed } from './ask.js';
import { byteServer, chunk, json, sends } from './byte-server.js';
import { sdks } from './sdk.js';

const finish = chunk({}, 'stop');
const done = 'data: [DONE]\n\n';
const usage = `data: ${JSON.stringify({
  choices: [],
  usage: {
    prompt_tokens: 3,
    completion_tokens: 2,
    total_tokens: 5,
    prompt_tokens_details: { cached_tokens: 1 },
    completion_tokens_details: { reasoning_tokens: 1, audio_tokens: null },
  },
})}\n\n`;

describe.each(sdks)('a stream over $name', (sdk) => {
  async function answer(...texts: string[]) {
    await using server = await byteServer(sends(...texts));
    return await ask(sdk.backend(server as never), 'Hi.', streamed);
  }

  it('whose last event lacks its blank line loses nothing', async () => {
    const { text, thunk } = await answer(chunk({ content: 'a' }), finish.trimEnd());
    expect([text, thunk.generation.finishReason]).toEqual(['a', 'stop']);
  });

  it('that is cut within an event is incomplete, not malformed', async () => {
    const { error, text } = await answer(chunk({ content: 'a' }), chunk({ content: 'b' }).slice(0, 30));
    expect([error?.code, text, error?.partialText]).toEqual(['incomplete_stream', 'a', 'a']);
  });

  it('that ends with its marker, but before the answer does, is incomplete', async () => {
    const { error } = await answer(chunk({ content: 'a' }), done);
    expect(error?.code).toBe('incomplete_stream');
  });

  it('ends at its marker, whatever follows', async () => {
    const { text } = await answer(chunk({ content: 'a' }), finish, done, chunk({ content: 'b' }));
    expect(text).toBe('a');
  });

  it('is read with CRLF, comments, no space, several data lines', async () => {
    const lines = chunk({ content: 'ü' })
      .replace('data: ', 'data:')
      .replace(',"choices"', ',\r\ndata: "choices"');
    const { text } = await answer(': hi\r\n\r\n', lines.replaceAll('\n\n', '\r\n\r\n'), ': ping\n\n', finish);
    expect(text).toBe('ü');
  });

  it('tells usage, its details, and an answering model of another name', async () => {
    const named = chunk({ content: 'a' }).replace('"m"', '"m-2026"');
    const { thunk } = await answer(named, finish, usage, done);
    expect(thunk.generation).toMatchObject({
      model: 'm-2026',
      responseId: 'c',
      usage: { totalTokens: 5, details: { cached_tokens: 1, reasoning_tokens: 1 } },
      warnings: [],
    });
  });

  it('without usage says so', async () => {
    const { thunk } = await answer(chunk({ content: 'a' }), finish, done);
    expect(thunk.generation.usage).toBeNull();
    expect(thunk.generation.warnings.map(({ message }) => message)).toEqual([
      'The server did not tell the usage.',
    ]);
  });

  it('tells reasoning under each of its names, and content in parts', async () => {
    const { text, thunk } = await answer(
      chunk({ reasoning_content: 'a' }),
      chunk({ reasoning: 'b' }),
      chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'c' }] }] }),
      chunk({ reasoning_content: '', reasoning: 'd' }),
      chunk({ content: [] }),
      chunk({ content: [{ type: 'text', text: '' }] }),
      chunk({ content: [{ type: 'text', text: 'e' }] }),
      finish,
      done,
    );
    expect([thunk.thinking, text]).toEqual(['abcd', 'e']);
  });

  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['content_filter', 'content_filter'],
    ['function_call', 'tool_calls'],
    ['eos', 'stop'],
    ['made_up', 'other'],
  ])('that ends with %s', async (word, reason) => {
    const { thunk } = await answer(chunk({ content: 'a' }, ''), chunk({}, word), done);
    expect(thunk.generation.finishReason).toBe(reason);
  });

  it('tells details that prompt and completion both have', async () => {
    const both = usage
      .replace('"cached_tokens":1', '"audio_tokens":3')
      .replace('"audio_tokens":null', '"audio_tokens":4');
    const { thunk } = await answer(chunk({ content: 'a' }), finish, both, done);
    expect(thunk.generation.usage?.details).toEqual({
      audio_tokens: 7,
      prompt_audio_tokens: 3,
      completion_audio_tokens: 4,
      reasoning_tokens: 1,
    });
  });

  it('may call a tool in the form of old, in pieces', async () => {
    const { thunk, error } = await answer(
      chunk({ function_call: { name: 'f', arguments: '{"a"' } }),
      chunk({ function_call: { arguments: ':1}' } }),
      chunk({}, 'function_call'),
      done,
    );
    expect([error, thunk.generation.finishReason]).toEqual([undefined, 'tool_calls']);
    expect([...(thunk.toolCalls?.values() ?? [])]).toMatchObject([{ name: 'f', args: { a: 1 } }]);
  });

  it('may call tools with arguments that are an object, all under the index 0', async () => {
    const call = (name: string) => ({ index: 0, function: { name, arguments: { a: name } } });
    const { thunk } = await answer(
      chunk({ tool_calls: [call('f')] }),
      chunk({ tool_calls: [call('g')] }),
      chunk({}, 'tool_calls'),
      done,
    );
    expect([...(thunk.toolCalls?.values() ?? [])]).toMatchObject([
      { name: 'f', args: { a: 'f' } },
      { name: 'g', args: { a: 'g' } },
    ]);
  });

  it('takes only the first of several choices', async () => {
    const other = chunk({ content: 'x' }, 'length').replace('"index":0', '"index":1');
    const { text, thunk } = await answer(chunk({ content: 'a' }), other, other, finish, usage, done);
    expect([text, thunk.generation.finishReason]).toEqual(['a', 'stop']);
    expect(thunk.generation.warnings.map(({ message }) => message)).toEqual([
      'The reply has further choices (n); only the first is kept.',
    ]);
  });

  it('with errors in a list fails', async () => {
    const told = 'data: {"errors":[{"code":"x","message":"overloaded"}],"trace":"t","status_code":503}\n\n';
    const { error } = await answer(chunk({ content: 'a' }), told);
    expect(error).toMatchObject({ code: 'server', status: 503, partialText: 'a' });
    expect(error?.message).toContain('overloaded');
  });

  it('with a named error event fails, however it begins', async () => {
    const told = 'event: error\ndata: {"message":"overloaded","code":529}\n\n';
    const { error, text } = await answer(chunk({ content: 'a' }), told);
    expect(error).toMatchObject({ code: 'server', status: 529, partialText: 'a' });
    expect(error?.message).toContain('overloaded');
    expect(text).toBe('a');
  });

  it('whose chunks have "error": null is well', async () => {
    const { text } = await answer(
      chunk({ content: 'a' }).replace('{"id"', '{"error":null,"id"'),
      finish,
      done,
    );
    expect(text).toBe('a');
  });

  it('with null for a chunk is malformed', async () => {
    expect((await answer('data: null\n\n', finish)).error?.code).toBe('malformed_response');
  });

  it('that breaks after the answer is whole is a success without usage', async () => {
    await using server = await byteServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk({ content: 'a' }) + finish, () => response.destroy());
    });
    const { text, thunk } = await ask(sdk.backend(server as never), 'Hi.', streamed);
    expect([text, thunk.generation.warnings.length]).toEqual(['a', 1]);
  });

  it('may be a whole reply, where the server does not stream', async () => {
    const message = { role: 'assistant', content: 'whole' };
    const body = { id: 'c', model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }] };
    await using server = await byteServer(json(body));
    expect((await ask(sdk.backend(server as never), 'Hi.', streamed)).text).toBe('whole');
  });

  it('that was not asked for may have a type that is none', async () => {
    const body = { choices: [{ message: { content: 'whole' }, finish_reason: 'stop' }] };
    for (const type of ['text/plain', undefined]) {
      await using server = await byteServer((response) => {
        response.writeHead(200, type ? { 'content-type': type } : {});
        response.end(JSON.stringify(body));
      });
      expect((await ask(sdk.backend(server as never))).text).toBe('whole');
    }
  });

  it('that breaks after log probabilities is not tried again, which would double them', async () => {
    const logprobs = '"logprobs":{"content":[{"token":"t","logprob":-1}]},"delta"';
    await using server = await byteServer(sends(chunk({ content: '' }).replace('"delta"', logprobs)));
    const retry = { attempts: 2, initialDelayMs: 0 };
    const { error } = await ask(sdk.backend(server as never, { retry }), 'Hi.', streamed);
    expect([error?.code, server.requests.length]).toEqual(['incomplete_stream', 1]);
  });

  it('leaves its connection to the next call, and no listener on a signal that is used again', async () => {
    await using server = await byteServer((response, request) => {
      const { stream } = request.body;
      if (stream) return sends(chunk({ content: 'a' }), finish, usage, done)(response);
      return json({ choices: [{ message: { content: 'a' }, finish_reason: 'stop' }] })(response);
    });
    const backend = sdk.backend(server as never);
    const warned = vi.fn();
    process.on('warning', warned);
    const { signal } = new AbortController();
    for (let call = 0; call < 20; call++) {
      for (const stream of [true, false]) await ask(backend, 'Hi.', { signal, modelOptions: { stream } });
    }
    // One, and another where a call began before the end of the last was read.
    expect(server.connections).toBeLessThan(5);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', warned);
    expect(warned).not.toHaveBeenCalled();
  });

  it('that an AbortSignal.timeout ends is cancelled, with the reason as its cause', async () => {
    await using server = await openaiServer();
    server.reply({ deltas: ['a', 'b'], fault: { kind: 'stall', after: 1, until: new Turnstile() } });
    const { error } = await ask(sdk.backend(server), 'Hi.', { ...streamed, signal: AbortSignal.timeout(30) });
    expect(GenerationCancelledError.is(error)).toBe(true);
    expect((error?.cause as Error | undefined)?.name).toBe('TimeoutError');
  });
});

describe('the time limits', () => {
  it('cover a whole reply that stops in its middle, which the SDK 6 would wait for', async () => {
    for (const sdk of sdks) {
      await using server = await openaiServer();
      server.reply({ deltas: ['a'], fault: { kind: 'stall', after: 1, until: new Turnstile() } });
      const { error } = await ask(sdk.backend(server, { timeouts: { firstChunkMs: 50 } }));
      expect(error?.message).toContain('timeouts.firstChunkMs');
      await server.closed(await server.received());
    }
  });

  it('may be none, a fraction, or longer than timers can be, whatever the SDK takes', async () => {
    await using server = await openaiServer();
    server.reply({ deltas: ['a'] });
    for (const sdk of sdks) {
      for (const headersMs of [Number.POSITIVE_INFINITY, 9999.5, 2 ** 40]) {
        expect((await ask(sdk.backend(server, { timeouts: { headersMs } }))).text).toBe('a');
      }
    }
  });

  it.each([
    ['keeps silent', 60_000],
    ['goes on with nothing', 1000],
  ])('let go of a server that %s after the answer', async (_, everyMs) => {
    vi.useFakeTimers();
    const encoder = new TextEncoder();
    let drip: ReturnType<typeof setInterval> | undefined;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(encoder.encode(chunk({ content: 'a' }) + finish));
        drip = setInterval(() => controller.enqueue(encoder.encode('data: {"choices":[]}\n\n')), everyMs);
      },
      cancel: () => clearInterval(drip),
    });
    const backend = new OpenAIBackend({
      modelId: 'm',
      baseURL: 'http://localhost/v1',
      timeouts: { idleMs: 100 },
      fetch: async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
    });
    await import('openai');
    const [thunk] = await backend.generateFromContext('Hi.', ctx, streamed);
    const text = thunk.avalue();
    await vi.waitUntil(() => thunk.partialValue === 'a', { timeout: 10_000 });
    await vi.advanceTimersByTimeAsync(5001);
    expect(await text).toBe('a');
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});
