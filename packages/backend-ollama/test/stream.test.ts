import { getEventListeners } from 'node:events';
import { ollamaServer, Turnstile } from '@melliflow/backend-conformance/servers';
import { GenerationCancelledError } from '@melliflow/core';
import { Ollama } from 'ollama';
import { describe, expect, it, vi } from 'vitest';
import { OllamaBackend } from '../src/index.js';
import { ask, ctx, streamed } from './ask.js';
import { byteServer, lastLine, line, sends } from './byte-server.js';
import { ownSdk, sdks } from './sdk.js';

describe.each(sdks)('a stream over $name', (sdk) => {
  async function answer(...texts: string[]) {
    await using server = await byteServer(sends(...texts));
    return await ask(sdk.backend(server), 'Hi.', streamed);
  }

  it('whose last line lacks its end loses nothing', async () => {
    const { text, thunk } = await answer(line({ content: 'a' }), lastLine().trimEnd());
    expect([text, thunk.generation.finishReason]).toEqual(['a', 'stop']);
  });

  it('that is cut within a line is incomplete, not malformed', async () => {
    const { error, text } = await answer(line({ content: 'a' }), line({ content: 'b' }).slice(0, 30));
    expect([error?.code, text, error?.partialText]).toEqual(['incomplete_stream', 'a', 'a']);
  });

  it('that ends without done is incomplete', async () => {
    const { error } = await answer(line({ content: 'a' }), lastLine({ done: false }));
    expect(error?.code).toBe('incomplete_stream');
  });

  it('ends with done, whatever follows', async () => {
    const { text } = await answer(line({ content: 'a' }), lastLine() + line({ content: 'b' }), 'oops\n');
    expect(text).toBe('a');
  });

  it('is read with CRLF, blank lines, and text in its last line', async () => {
    const { text } = await answer(
      `\r\n${line({ content: 'ü' }).replace('\n', '\r\n')}\n\n`,
      lastLine({ message: { content: '!' } }),
    );
    expect(text).toBe('ü!');
  });

  it('tells usage, thinking, and an answering model of another name', async () => {
    const { text, thunk } = await answer(
      line({ thinking: 'Hm, ' }, { model: 'm:8b' }),
      line({ thinking: 'well.' }),
      line({ content: 'a' }),
      lastLine(),
    );
    expect([text, thunk.thinking]).toEqual(['a', 'Hm, well.']);
    expect(thunk.generation).toMatchObject({
      model: 'm:8b',
      usage: { promptTokens: 3, completionTokens: 2, totalTokens: 5 },
      warnings: [],
    });
  });

  it('may count nothing, or only the answer', async () => {
    const none = await answer(lastLine({ prompt_eval_count: undefined, eval_count: undefined }));
    expect(none.thunk.generation.usage).toBeNull();
    expect(none.thunk.generation.warnings.map(({ message }) => message)).toEqual([
      'The server did not tell the usage.',
    ]);
    const half = await answer(lastLine({ prompt_eval_count: undefined }));
    expect(half.thunk.generation.usage).toEqual({
      promptTokens: 0,
      completionTokens: 2,
      totalTokens: 2,
      estimated: true,
    });
  });

  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    [undefined, 'stop'],
    ['load', 'other'],
    ['made_up', 'other'],
  ])('that ends with %s', async (done_reason, reason) => {
    const { thunk } = await answer(line({ content: 'a' }), lastLine({ done_reason }));
    expect(thunk.generation.finishReason).toBe(reason);
  });

  it('has calls with objects for arguments; why it ended is derived from them', async () => {
    const { thunk } = await answer(
      line({ tool_calls: [{ id: 'call_9', function: { name: 'f', arguments: { a: [1, { b: 'ü' }] } } }] }),
      line({ tool_calls: [{ function: { name: 'g' } }, { function: { name: 'h', arguments: '{"c":1}' } }] }),
      lastLine(),
    );
    expect(thunk.toolCalls?.map(({ id, name, args }) => [id, name, args])).toEqual([
      ['call_9', 'f', { a: [1, { b: 'ü' }] }],
      [null, 'g', {}],
      [null, 'h', { c: 1 }],
    ]);
    expect(thunk.generation.finishReason).toBe('tool_calls');
  });

  it('whose lines have "error": null is well', async () => {
    const { text } = await answer(line({ content: 'a' }, { error: null }), lastLine());
    expect(text).toBe('a');
  });

  it('that breaks after done is a success', async () => {
    await using server = await byteServer((response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write(line({ content: 'a' }) + lastLine(), () => response.destroy());
    });
    expect((await ask(sdk.backend(server), 'Hi.', streamed)).text).toBe('a');
  });

  it('leaves its connection to the next call, and no listener on a signal that is used again', async () => {
    await using server = await byteServer(sends(line({ content: 'a' }), lastLine()));
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

  it('that stays open after done ends at once, and its socket is closed', async () => {
    await using server = await ollamaServer();
    server.reply({ deltas: ['a'], fault: { kind: 'left-open' } });
    const { text } = await ask(sdk.backend(server), 'Hi.', streamed);
    expect(text).toBe('a');
    await server.closed(await server.received());
  });

  it('that its reader leaves, and one that is cancelled, close their sockets', async () => {
    await using server = await ollamaServer();
    const until = new Turnstile();
    server.reply({ deltas: ['a', 'b'], fault: { kind: 'stall', after: 1, until } });
    const [thunk] = await sdk.backend(server).generateFromContext('Hi.', ctx, streamed);
    for await (const _piece of thunk) break;
    await thunk.cancelGeneration();
    await server.closed(await server.received());
    expect(server.openReplies).toBe(0);
  });

  it('is cancelled before its headers come', async () => {
    await using server = await ollamaServer();
    server.reply({ deltas: ['a'], fault: { kind: 'stall', until: new Turnstile() } });
    const controller = new AbortController();
    const asking = ask(sdk.backend(server), 'Hi.', { ...streamed, signal: controller.signal });
    const request = await server.received();
    controller.abort();
    expect(GenerationCancelledError.is((await asking).error)).toBe(true);
    await server.closed(request);
  });
});

it('a whole answer is a stream on the wire, so its time limits are those of a stream', async () => {
  await using server = await ollamaServer();
  server.reply({ deltas: ['a', 'b'], fault: { kind: 'stall', after: 1, until: new Turnstile() } });
  const backend = ownSdk.backend(server, { timeouts: { idleMs: 50 } });
  const { error, thunk } = await ask(backend);
  expect(server.requests[0]?.body.stream).toBe(true);
  expect(error?.message).toContain('timeouts.idleMs');
  expect(thunk.generation.streaming).toBe(false);
});

it('a client that is given keeps nothing of our streams, and no limit of the platform', async () => {
  await using server = await ollamaServer();
  server.reply({ deltas: ['a'] }, { deltas: ['b'], fault: { kind: 'cut' } });
  const fetch = vi.spyOn(globalThis, 'fetch');
  const client = new Ollama({ host: server.baseURL });
  const before = { ...client } as Record<string, unknown>;
  const backend = new OllamaBackend({ modelId: 'm', client, retry: { attempts: 1 } });
  expect((await ask(backend)).text).toBe('a');
  expect((await ask(backend)).error?.code).toBe('incomplete_stream');
  expect(client).toEqual(before);
  expect(before.ongoingStreamedRequests).toEqual([]);
  expect(fetch.mock.calls[0]?.[1]).toHaveProperty('dispatcher');
  fetch.mockRestore();
});
