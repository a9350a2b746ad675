import { getEventListeners } from 'node:events';
import { gzipSync } from 'node:zlib';
import { Turnstile, watsonxServer } from '@melliflow/backend-conformance/servers';
import { describe, expect, it, vi } from 'vitest';
import { send } from '../src/watsonx-requests.js';
import { ask, ctx, streamed } from './ask.js';
import { byteServer, chunk, event, json, sends, usage } from './byte-server.js';
import { withCleanEnvironment } from './clean-environment.js';
import { sdks, tokenSdk } from './sdk.js';

withCleanEnvironment();
const finish = chunk({ content: '' }, 'stop');

describe.each(sdks.slice(0, 2))('a stream over $name', (sdk) => {
  async function answer(...texts: string[]) {
    await using server = await byteServer(sends(...texts));
    return await ask(sdk.backend(server), 'Hi.', streamed);
  }

  it('keeps characters that the network cuts, at every byte', async () => {
    await using server = await watsonxServer();
    server.reply({ deltas: ['x€', '🙂y'], fault: { kind: 'split-utf8' } });
    expect((await ask(sdk.backend(server), 'Hi.', streamed)).text).toBe('x€🙂y');
  });

  it('is read with CRLF, comments, no space, several data lines', async () => {
    const lines = chunk({ content: 'ü' })
      .replace('data: ', 'data:')
      .replace(',"choices"', ',\ndata: "choices"');
    const { text } = await answer(
      ': hi\r\n\r\n',
      lines.replaceAll('\n', '\r\n'),
      ': ping\n\n',
      finish,
      usage,
    );
    expect(text).toBe('ü');
  });

  it('whose last event lacks its blank line loses nothing', async () => {
    const { text, thunk } = await answer(chunk({ content: 'a' }), finish.trimEnd());
    expect([text, thunk.generation.finishReason]).toEqual(['a', 'stop']);
  });

  it('that ends early, with or without text, is incomplete', async () => {
    const { error, text } = await answer(chunk({ content: 'a' }));
    expect([error?.code, text, error?.partialText]).toEqual(['incomplete_stream', 'a', 'a']);
    expect((await answer('')).error?.code).toBe('incomplete_stream');
    const cut = await answer(chunk({ content: 'a' }), chunk({ content: 'b' }).slice(0, 60));
    expect([cut.error?.code, cut.text]).toEqual(['incomplete_stream', 'a']);
  });

  it('with an event that is no JSON is malformed, not shorter', async () => {
    const { error, text } = await answer(
      chunk({ content: 'a' }),
      'data: {"choi\n\n',
      chunk({ content: 'b' }),
      finish,
    );
    expect([error?.code, text]).toEqual(['malformed_response', 'a']);
  });

  it('may be a whole reply, where the server does not stream', async () => {
    const body = { id: 'c', choices: [{ message: { content: 'whole' }, finish_reason: 'stop' }] };
    await using server = await byteServer(json(body));
    expect((await ask(sdk.backend(server), 'Hi.', streamed)).text).toBe('whole');
  });

  it('may have its usage on any chunk, and an end marker', async () => {
    const counted = (completion_tokens: number) => ({ usage: { prompt_tokens: 3, completion_tokens } });
    const { thunk, text } = await answer(
      chunk({ content: 'a' }, null, counted(1)),
      event({ choices: [] }),
      chunk({ content: 'b' }, 'stop', counted(2)),
      'data: [DONE]\n\n',
    );
    expect([text, thunk.generation.usage?.totalTokens]).toEqual(['ab', 5]);
    expect(thunk.generation).toMatchObject({ model: 'm', responseId: 'c', warnings: [] });
  });

  it('without usage says so', async () => {
    const { thunk } = await answer(chunk({ content: 'a' }), finish);
    expect(thunk.generation.usage).toBeNull();
    expect(thunk.generation.warnings.map(({ message }) => message)).toEqual([
      'The server did not tell the usage.',
    ]);
  });

  it('keeps thoughts apart, and puts tool calls together', async () => {
    const call = (index: number, more: object) => chunk({ tool_calls: [{ index, ...more }] });
    const { thunk, text } = await answer(
      chunk({ role: 'assistant', content: '' }),
      chunk({ reasoning_content: 'Hm.' }),
      call(0, { id: 'x', function: { name: 'f', arguments: '{"a"' } }),
      call(0, { function: { arguments: ':1}' } }),
      chunk({}, 'tool_calls'),
      usage,
    );
    expect([text, thunk.thinking]).toEqual(['', 'Hm.']);
    expect(thunk.toolCalls?.map(({ id, name, args }) => [id, name, args])).toEqual([['x', 'f', { a: 1 }]]);
  });

  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['tool_calls', 'tool_calls'],
    ['time_limit', 'time_limit'],
    ['made_up', 'other'],
  ])('that ends with %s', async (word, reason) => {
    const { thunk } = await answer(chunk({ content: 'a' }), chunk({}, word), usage);
    expect(thunk.generation.finishReason).toBe(reason);
  });

  it.each(['cancelled', 'error'])('that the service ends with %s is a part', async (word) => {
    const { error, text } = await answer(chunk({ content: 'a' }), chunk({}, word), usage);
    expect([error?.code, text]).toEqual(['incomplete_stream', 'a']);
  });

  it('that breaks after the answer is whole is a success without usage', async () => {
    await using server = await byteServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk({ content: 'a' }) + finish, () => response.destroy());
    });
    const { text, thunk } = await ask(sdk.backend(server), 'Hi.', streamed);
    expect([text, thunk.generation.warnings.length]).toEqual(['a', 1]);
  });

  it('that its reader leaves, and one that is cancelled, close their sockets', async () => {
    await using server = await watsonxServer();
    server.reply({ deltas: ['a', 'b'], fault: { kind: 'stall', after: 1, until: new Turnstile() } });
    const [thunk] = await sdk.backend(server).generateFromContext('Hi.', ctx, streamed);
    for await (const _piece of thunk) break;
    const before = performance.now();
    await thunk.cancelGeneration();
    expect((await server.closed(await server.received())) - before).toBeLessThan(100);
    expect([thunk.value, server.openReplies]).toEqual(['a', 0]);
  });

  it('leaves its connection to the next call, and no listener on a signal that is used again', async () => {
    await using server = await byteServer((response, { path }) => {
      if (path.endsWith('stream')) return sends(chunk({ content: 'a' }), finish, usage)(response);
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

  it('may be compressed, as the SDK asks for', async () => {
    await using server = await byteServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
      response.end(gzipSync(chunk({ content: 'ü' }) + finish + usage));
    });
    expect((await ask(sdk.backend(server), 'Hi.', streamed)).text).toBe('ü');
    expect(server.requests[0]?.headers['accept-encoding']).toBe('gzip');
  });
});

it('a wait between attempts ends with the signal', async () => {
  await using server = await watsonxServer();
  server.reply({ fault: { kind: 'status', status: 503, retryAfter: '30' } });
  const controller = new AbortController();
  const backend = tokenSdk.backend(server, { retry: { attempts: 3 } });
  const asking = ask(backend, 'Hi.', { ...streamed, signal: controller.signal });
  const request = await server.received();
  await vi.waitUntil(() => request.finished);
  controller.abort();
  expect((await asking).error?.code).toBe('generation_cancelled');
  expect(server.requests).toHaveLength(1);
});

it('a reply whose call ends before it is read harms nobody', async () => {
  await using server = await watsonxServer();
  server.reply({ deltas: ['a'], fault: { kind: 'stall', after: 0, until: new Turnstile() } });
  const backend = tokenSdk.backend(server);
  const uncaught = vi.fn();
  process.on('uncaughtException', uncaught);
  const controller = new AbortController();
  const io = { signal: controller.signal, headersArrived: () => undefined } as never;
  const request = {
    method: 'textChatStream',
    params: { modelId: 'm', projectId: 'p', messages: [] },
  } as const;
  await send(await backend._load(), backend._access, request, io, backend._calls.origin());
  controller.abort();
  await server.closed(await server.received());
  await new Promise((resolve) => setImmediate(resolve));
  process.off('uncaughtException', uncaught);
  expect(uncaught).not.toHaveBeenCalled();
});

it('100 streams at once, a third of them cancelled, keep their texts apart and leave nothing', async () => {
  await using server = await watsonxServer();
  server.reply(({ body }) => {
    const [{ content }] = body.messages as [{ content: string }];
    const deltas = Array.from({ length: 20 }, (_, i) => `${content}.${i} `);
    return { deltas, fault: { kind: 'left-open' } };
  });
  const backend = tokenSdk.backend(server);
  const texts = await Promise.all(
    Array.from({ length: 100 }, async (_, n) => {
      const [thunk] = await backend.generateFromContext(`${n}`, ctx, streamed);
      if (n % 3 > 0) return thunk.avalue();
      for await (const _piece of thunk) break;
      await thunk.cancelGeneration();
      return thunk.avalue();
    }),
  );
  texts.forEach((text, n) => {
    const whole = Array.from({ length: 20 }, (_, i) => `${n}.${i} `).join('');
    if (n % 3 > 0) expect(text).toBe(whole);
    else expect(whole.startsWith(text) && text !== '').toBe(true);
  });
  await Promise.all(server.requests.map((request) => server.closed(request)));
  expect([server.openReplies, server.openSockets]).toEqual([0, 0]);
});
