import { getEventListeners } from 'node:events';
import { InferenceClient } from '@huggingface/inference';
import { hfServer, Turnstile } from '@melliflow/backend-conformance/servers';
import { GenerationCancelledError } from '@melliflow/core';
import { describe, expect, it, vi } from 'vitest';
import { HfBackend } from '../src/index.js';
import { ask, ctx, streamed } from './ask.js';
import { byteServer, chunk, json, sends } from './byte-server.js';
import { givenSdk, routerSdk, sdks } from './sdk.js';

const finish = chunk({}, 'stop');
const done = 'data: [DONE]\n\n';
const usage = `data: ${JSON.stringify({
  choices: [],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
})}\n\n`;

describe.each([...sdks, routerSdk])('a stream over $name', (sdk) => {
  async function answer(...texts: string[]) {
    await using server = await byteServer(sends(...texts));
    return await ask(sdk.backend(server), 'Hi.', streamed);
  }

  it('whose last event lacks its blank line loses nothing', async () => {
    const { text, thunk } = await answer(chunk({ content: 'a' }), finish.trimEnd());
    expect([text, thunk.generation.finishReason]).toEqual(['a', 'stop']);
  });

  it('that is cut within an event is incomplete, not malformed', async () => {
    const { error, text } = await answer(chunk({ content: 'a' }), chunk({ content: 'b' }).slice(0, 30));
    expect([error?.code, text, error?.partialText]).toEqual(['incomplete_stream', 'a', 'a']);
  });

  it.each([[], [done]])('that ends before the answer does is incomplete', async (...end) => {
    const { error, text } = await answer(chunk({ content: 'a' }), ...end);
    expect([error?.code, text]).toEqual(['incomplete_stream', 'a']);
  });

  it('ends at its marker, whatever follows', async () => {
    const { text } = await answer(chunk({ content: 'a' }), finish, done, chunk({ content: 'b' }));
    expect(text).toBe('a');
  });

  it('is read with CRLF, comments, no space, several data lines', async () => {
    const lines = chunk({ content: 'ü' })
      .replace('data: ', 'data:')
      .replace(',"choices"', ',\r\ndata: "choices"');
    const { text } = await answer(': hi\r\n\r\n', lines.replaceAll('\n\n', '\r\n\r\n'), finish);
    expect(text).toBe('ü');
  });

  it('tells usage, reasoning, and an answering model of another name', async () => {
    const named = chunk({ reasoning_content: 'Hm, ' }).replace('"m"', '"m-fp8"');
    const { text, thunk } = await answer(
      named,
      chunk({ reasoning: 'well.' }),
      chunk({ content: 'a' }),
      finish,
      usage,
      done,
    );
    expect([text, thunk.thinking]).toEqual(['a', 'Hm, well.']);
    expect(thunk.generation).toMatchObject({
      model: 'm-fp8',
      responseId: 'c',
      usage: { promptTokens: 3, completionTokens: 2, totalTokens: 5 },
      warnings: [],
    });
  });

  it('without usage is well, and says so', async () => {
    const { thunk } = await answer(chunk({ content: 'a' }), finish, done);
    expect(thunk.generation.usage).toBeNull();
    expect(thunk.generation.warnings.map(({ message }) => message)).toEqual([
      'The server did not tell the usage.',
    ]);
  });

  it.each([
    ['stop', 'stop'],
    ['eos_token', 'stop'],
    ['stop_sequence', 'stop'],
    ['length', 'length'],
    ['content_filter', 'content_filter'],
    ['made_up', 'other'],
  ])('that ends with %s', async (word, reason) => {
    const { thunk } = await answer(chunk({ content: 'a' }, ''), chunk({}, word), done);
    expect(thunk.generation.finishReason).toBe(reason);
  });

  it('whose chunks have "error": null is well, whatever the SDK thinks', async () => {
    const { text } = await answer(
      chunk({ content: 'a' }).replace('{"id"', '{"error":null,"id"'),
      finish,
      done,
    );
    expect(text).toBe('a');
  });

  it('with an error event fails with its words, after the text before it', async () => {
    for (const told of [
      'event: error\ndata: {"message":"overloaded","code":529}\n\n',
      'data: {"error":"overloaded","error_type":"overloaded"}\n\n',
      'data: {"error":{"message":"overloaded","code":503}}\n\n',
    ]) {
      const { error, text } = await answer(chunk({ content: 'a' }) + told);
      expect([error?.code, text, error?.partialText]).toEqual(['server', 'a', 'a']);
      expect(error?.message).toContain('overloaded');
    }
  });

  it('that is refused inside of itself, as TGI does it, is not tried again', async () => {
    for (const [told, code] of [
      ['Input validation error: `temperature` must be strictly positive', 'invalid_request'],
      ['Input validation error: `inputs` must have less than 8 tokens. Given: 9', 'context_length'],
    ] as const) {
      const event = `data: ${JSON.stringify({ error: told, error_type: 'validation' })}\n\n`;
      await using server = await byteServer(sends(event));
      const retry = { attempts: 3, initialDelayMs: 0 };
      const { error } = await ask(sdk.backend(server, { retry }), 'Hi.', streamed);
      expect([error?.code, error?.retryable, server.requests.length]).toEqual([code, false, 1]);
    }
  });

  it('may be a whole reply, where the server does not stream', async () => {
    const message = { role: 'assistant', content: 'whole' };
    await using server = await byteServer(json({ choices: [{ index: 0, message, finish_reason: 'stop' }] }));
    expect((await ask(sdk.backend(server), 'Hi.', streamed)).text).toBe('whole');
  });

  it('that was not asked for is read all the same', async () => {
    await using server = await byteServer(sends(chunk({ content: 'a' }), finish, usage, done));
    expect((await ask(sdk.backend(server))).text).toBe('a');
  });

  it('that breaks after the answer is whole is a success without usage', async () => {
    await using server = await byteServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk({ content: 'a' }) + finish, () => response.destroy());
    });
    const { text, thunk } = await ask(sdk.backend(server), 'Hi.', streamed);
    expect([text, thunk.generation.warnings.length]).toEqual(['a', 1]);
  });

  it('leaves its connection to the next call, and no listener on a signal that is used again', async () => {
    await using server = await byteServer((response, { body }) => {
      if (body.stream) return sends(chunk({ content: 'a' }), finish, usage, done)(response);
      return json({ choices: [{ message: { content: 'a' }, finish_reason: 'stop' }] })(response);
    });
    const backend = sdk.backend(server);
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

  it('that stays open after its end ends at once, and its socket is closed', async () => {
    await using server = await hfServer();
    server.reply({ deltas: ['a'], fault: { kind: 'left-open' } });
    expect((await ask(sdk.backend({ baseURL: server.url }), 'Hi.', streamed)).text).toBe('a');
    await server.closed(await server.received());
  });

  it('that its reader leaves, and one that is cancelled, close their sockets', async () => {
    await using server = await hfServer();
    server.reply({ deltas: ['a', 'b'], fault: { kind: 'stall', after: 1, until: new Turnstile() } });
    const backend = sdk.backend({ baseURL: server.url });
    const [thunk] = await backend.generateFromContext('Hi.', ctx, streamed);
    for await (const _piece of thunk) break;
    const before = performance.now();
    await thunk.cancelGeneration();
    expect((await server.closed(await server.received())) - before).toBeLessThan(500);
    expect(server.openReplies).toBe(0);
  });

  it('is cancelled before its headers come, with the reason of the signal as the cause', async () => {
    await using server = await hfServer();
    server.reply({ deltas: ['a'], fault: { kind: 'stall', until: new Turnstile() } });
    const controller = new AbortController();
    const { signal } = controller;
    const asking = ask(sdk.backend({ baseURL: server.url }), 'Hi.', { ...streamed, signal });
    const request = await server.received();
    controller.abort(new Error('enough'));
    const { error } = await asking;
    expect(GenerationCancelledError.is(error)).toBe(true);
    expect((error?.cause as Error | undefined)?.message).toBe('enough');
    await server.closed(request);
  });
});

it('the limit of the platform is lifted, also for a client that is given; its own fetch is used', async () => {
  await using server = await hfServer();
  server.reply({ deltas: ['a'] });
  const fetch = vi.spyOn(globalThis, 'fetch');
  for (const sdk of sdks) await ask(sdk.backend({ baseURL: server.url }));
  for (const [, init] of fetch.mock.calls) expect(init).toHaveProperty('dispatcher');
  expect(fetch).toHaveBeenCalledTimes(2);
  fetch.mockRestore();

  const own = vi.fn(globalThis.fetch);
  const options = { endpointUrl: server.url, fetch: own, billTo: 'my-org' };
  const client = new InferenceClient('hf_test_key_1', options);
  await ask(new HfBackend({ modelId: 'm', client }));
  expect(own).toHaveBeenCalledTimes(1);
  expect(server.requests.at(-1)?.headers).toMatchObject({ 'x-hf-bill-to': 'my-org' });
});

it('a client that makes no request by its fetch is found out', async () => {
  const client = { chatCompletion: async () => ({}), textGeneration: async () => ({}) };
  const { error } = await ask(new HfBackend({ modelId: 'm', client }));
  expect(error?.message).toBe('hf: the client made no request by its fetch.');
});

it('the time limits cover a whole reply that stops in its middle', async () => {
  await using server = await hfServer();
  server.reply({ deltas: ['a'], fault: { kind: 'stall', after: 1, until: new Turnstile() } });
  const { error } = await ask(givenSdk.backend(server, { timeouts: { firstChunkMs: 50 } }));
  expect(error?.message).toContain('timeouts.firstChunkMs');
  await server.closed(await server.received());
});
