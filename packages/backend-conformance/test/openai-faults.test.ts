import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Turnstile } from '../src/servers/index.js';
import { AskedOpenAI, failureOf, messages, sdks, textOf } from './support/asked-openai.js';

describe.each(sdks)('the faults of the OpenAI server, asked by %s', (_, OpenAI) => {
  let on: AskedOpenAI;
  beforeEach(async () => {
    on = await AskedOpenAI.by(OpenAI);
  });
  afterEach(() => on.server.close());

  it.each([400, 401, 403, 404, 408, 413, 429, 500, 503, 529])('fails with %i', async (status) => {
    on.server.reply({ fault: { kind: 'status', status, retryAfter: '7', message: 'no' } });
    const error = await failureOf(on.chat());
    expect(error).toMatchObject({ status, requestID: 'req_1' });
    expect(error.headers?.get('retry-after')).toBe('7');
    expect(error.error?.message).toBe('no');
  });

  it('writes errors as vLLM and FastAPI do', async () => {
    on.server.reply(
      { fault: { kind: 'status', status: 400, shape: 'vllm', message: 'flat' } },
      { fault: { kind: 'status', status: 503, shape: 'text', message: 'overloaded' } },
    );
    const flat = await failureOf(on.chat());
    expect(flat.message).toMatch(/^400 (flat|status code)/); // SDK 6 loses the body
    expect((await failureOf(on.chat())).message).toBe('503 overloaded');
  });

  it('writes errors without a body, and named ones inside a stream', async () => {
    on.server.reply(
      { fault: { kind: 'status', status: 500, shape: 'empty' } },
      { fault: { kind: 'status', status: 422, shape: 'detail', message: 'not so' } },
    );
    expect((await failureOf(on.chat())).message).toBe('500 status code (no body)');
    expect((await failureOf(on.chat())).status).toBe(422);
    on.server.reply({
      deltas: ['a'],
      fault: { kind: 'error-event', after: 1, named: true, message: 'boom' },
    });
    const text = await (await on.response()).text();
    expect(text).toMatch(/event: error\ndata: \{"message":"boom"/);
  });

  it('waits while nobody reads', async () => {
    const piece = 'x'.repeat(100_000);
    on.server.reply({ deltas: Array.from({ length: 400 }, () => piece) });
    const response = await on.response();
    const reader = response.body?.getReader();
    await reader?.read();
    const request = await on.server.received();
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(request.sent).toBeLessThan(400);
    expect(request.finished).toBe(false);
    await reader?.cancel();
    await on.server.closed(request);
  });

  it.each([
    ['split-utf8', { kind: 'split-utf8' }],
    ['crlf', { kind: 'crlf' }],
    ['comments', { kind: 'comments' }],
    ['empty-choices', { kind: 'empty-choices', after: 1 }],
  ] as const)('%s leaves the text whole', async (_name, fault) => {
    const chunks = await on.collect({ deltas: ['x€', '🙂y'], fault: [fault] });
    expect(textOf(chunks)).toBe('x€🙂y');
  });

  it('cuts without an end marker', async () => {
    const chunks = await on.collect({ deltas: ['a', 'b', 'c'], fault: { kind: 'cut', after: 2 } });
    expect(textOf(chunks)).toBe('ab');
    expect(chunks.some((chunk) => chunk.choices[0]?.finish_reason)).toBe(false);
  });

  it('resets in the middle, before the headers, and within a whole reply', async () => {
    const chunks = on.collect({ deltas: ['a', 'b'], fault: { kind: 'reset', after: 1 } });
    expect((await failureOf(chunks)).message).toMatch(/terminated/);
    on.server.reply({ deltas: ['a'], fault: { kind: 'reset', beforeHeaders: true } });
    expect((await failureOf(on.chat())).constructor.name).toBe('APIConnectionError');
    on.server.reply({ deltas: ['a'], fault: { kind: 'reset', after: 1 } });
    expect((await failureOf(on.chat())).message).toMatch(/terminated/);
  });

  it('tells errors inside a stream', async () => {
    const fault = { kind: 'error-event', after: 1, code: 'boom' } as const;
    expect(await failureOf(on.collect({ deltas: ['a', 'b'], fault }))).toMatchObject({ code: 'boom' });
  });

  it('sends null, broken JSON, nothing, or a web page', async () => {
    const nulls = await on
      .collect({ deltas: ['a', 'b'], fault: { kind: 'data-null', after: 1 } })
      .catch((error) => error);
    expect(nulls instanceof Error || nulls.includes(null)).toBe(true);
    expect(
      (await failureOf(on.collect({ deltas: ['a'], fault: { kind: 'malformed-json', after: 1 } })))
        .constructor.name,
    ).toBe('SyntaxError');
    expect(await on.collect({ fault: { kind: 'empty-body' } })).toEqual([]);
    on.server.reply({ fault: { kind: 'html' } });
    expect(await on.chat()).toMatch(/Bad gateway/);
  });

  it('stalls and drips as long as the test wants', async () => {
    const gate = new Turnstile();
    on.server.reply({ deltas: ['a', 'b'], fault: { kind: 'stall', after: 1, until: gate } });
    const reader = (await on.stream())[Symbol.asyncIterator]();
    await reader.next();
    expect((await reader.next()).value?.choices[0]?.delta.content).toBe('a');
    expect(on.server.requests[0]?.sent).toBe(2);
    gate.open();
    expect((await reader.next()).value?.choices[0]?.delta.content).toBe('b');
    const turnstile = new Turnstile();
    const dripping = on.collect({ deltas: ['a', 'b'], fault: { kind: 'drip', turnstile } });
    await on.server.received(2);
    turnstile.pass(6);
    expect(textOf(await dripping)).toBe('ab');
    const start = new Turnstile();
    const late = on.collect({ deltas: ['a'], fault: { kind: 'stall', until: start } });
    const request = await on.server.received(3);
    expect(request.sent).toBe(0);
    start.pass();
    expect(textOf(await late)).toBe('a');
  });

  it('sends comments during a stall, one per pass', async () => {
    const [until, keepAlive] = [new Turnstile(), new Turnstile()];
    on.server.reply({ deltas: ['a', 'b'], fault: { kind: 'stall', after: 1, until, keepAlive } });
    const response = await on.response();
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let seen = '';
    const upTo = async (wanted: string) => {
      while (!seen.includes(wanted)) seen += (await reader?.read())?.value ?? '';
    };
    await upTo('"content":"a"');
    keepAlive.pass(2);
    await upTo(': keep-alive\n\n: keep-alive');
    until.open();
    await upTo('[DONE]');
  });

  it('records when the peer closed the socket', async () => {
    on.server.reply({ deltas: ['a', 'b'], fault: { kind: 'stall', after: 1, until: new Turnstile() } });
    const abort = new AbortController();
    const reader = (
      await on.client.chat.completions.create(
        { model: 'm', messages, stream: true },
        { signal: abort.signal },
      )
    )[Symbol.asyncIterator]();
    await reader.next();
    const [request] = on.server.requests;
    if (!request) return expect.unreachable();
    expect(request.closedAt).toBeNull();
    expect(on.server.openReplies).toBe(1);
    abort.abort();
    expect(await on.server.closed(request)).toBe(request.closedAt);
    expect(request.finished).toBe(false);
    expect(on.server.openReplies).toBe(0);
  });

  it('leaves the socket open after the end marker', async () => {
    on.server.reply({ deltas: ['a'], fault: { kind: 'left-open' } });
    const response = await on.response();
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let seen = '';
    while (!seen.includes('[DONE]')) seen += (await reader?.read())?.value ?? '';
    expect(on.server.openReplies).toBe(1);
    await reader?.cancel();
    await on.server.closed(await on.server.received());
    expect(on.server.openReplies).toBe(0);
  });
});
