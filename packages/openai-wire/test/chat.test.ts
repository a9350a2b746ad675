import { Readable } from 'node:stream';
import type { GenerationEvent } from '@melliflow/core';
import {
  type AttemptIO,
  resolveRetryPolicy,
  resolveTimeouts,
  streamAttempts,
  toProviderError,
} from '@melliflow/provider-kit';
import { describe, expect, it } from 'vitest';
import { type ChatInit, readChat, readRaw } from '../src/index.js';
import { chunk, json, origin, quietIo, stream, told } from './reply.js';

describe('a chat', () => {
  it('is read from a stream of Node, whose pieces split characters', async () => {
    const bytes = Buffer.from(`${chunk({ content: 'ü' })}${chunk({}, 'stop')}`);
    const body = Readable.from([...bytes].map((byte) => Buffer.of(byte)));
    const headers = new Map([['content-type', 'text/event-stream']]);
    const events = await told({ headers, body }, { expectsUsage: false });
    expect(events).toEqual([
      { type: 'text', text: 'ü' },
      { type: 'finish', reason: 'stop' },
    ]);
  });

  it('tells batches that a reader may keep', async () => {
    const texts = [chunk({ content: 'a' }), chunk({ content: 'b' }), chunk({}, 'stop')];
    const kept: (readonly GenerationEvent[])[] = [];
    const init = { origin, streaming: true, expectsUsage: false };
    for await (const batch of readChat(stream(...texts), quietIo(), init)) kept.push(batch);
    expect(kept.flat()).toEqual([
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
      { type: 'finish', reason: 'stop' },
    ]);
  });

  it('tells nothing before its content that another attempt would tell again', async () => {
    const usage = { prompt_tokens: 9, completion_tokens: 9 };
    const further = 'data: {"choices":[{"index":1,"delta":{"content":"x"}}]}\n\n';
    const named = { id: 'one', model: 'm-1' };
    const answers = [
      stream(chunk({}, null, { ...named, usage }), further, 'data: {"choices":'),
      stream(chunk({}, null, { id: 'two', model: 'm-2' }), further, chunk({ content: 'a' }, 'stop')),
    ];
    const plan = {
      origin,
      signal: new AbortController().signal,
      timeouts: resolveTimeouts('X', undefined),
      retry: resolveRetryPolicy('X', { initialDelayMs: 0 }),
      toError: (thrown: unknown) => toProviderError(thrown, origin),
    };
    const events: GenerationEvent[] = [];
    const ask = (io: AttemptIO) =>
      readChat(answers.shift() as (typeof answers)[0], io, { origin, streaming: true });
    for await (const event of streamAttempts(plan, ask)) events.push(event);
    expect(events.map((event) => (event.type === 'metadata' ? event.responseId : event.type))).toEqual([
      'two',
      'warning',
      'text',
      'warning',
      'finish',
    ]);
  });

  it('that fails for good tells what it knows', async () => {
    const usage = { prompt_tokens: 9, completion_tokens: 9 };
    let rest: () => readonly unknown[] = () => [];
    const io = {
      ...quietIo(),
      onFailure: (give: typeof rest) => {
        rest = give;
      },
    };
    const reply = readChat(stream(chunk({}, null, { model: 'm-1', usage })), io, { origin, streaming: true });
    await expect(reply.next()).rejects.toMatchObject({ code: 'incomplete_stream' });
    expect(rest()).toMatchObject([{ type: 'metadata' }, { type: 'usage' }]);
  });

  it('keeps the words of an error event that is a text', async () => {
    const reply = stream(chunk({ content: 'a' }), 'event: error\ndata: upstream overloaded\n\n');
    await expect(told(reply)).rejects.toMatchObject({ code: 'server', message: 'mine: upstream overloaded' });
  });

  it('misses usage and log probabilities that were asked for, in a stream and whole', async () => {
    const warned = async (reply: ReturnType<typeof stream>, init: Partial<ChatInit>) =>
      (await told(reply, init)).flatMap((event) => (event.type === 'warning' ? event.warning.message : []));
    const message = { role: 'assistant', content: 'a' };
    const whole = () => json({ choices: [{ message, finish_reason: 'stop' }] });
    const both = ['The server did not tell the usage.', 'The server gave no log probabilities.'];
    for (const reply of [whole, () => stream(chunk({ content: 'a' }, 'stop'))]) {
      expect(await warned(reply(), { expectsLogprobs: true })).toEqual(both);
      expect(await warned(reply(), { expectsUsage: false })).toEqual([]);
    }
    const call = { index: 0, id: 'c', function: { name: 'f', arguments: '{}' } };
    const calls = stream(chunk({ tool_calls: [call] }, 'tool_calls'));
    expect(await warned(calls, { expectsUsage: false, expectsLogprobs: true })).toEqual([]);
  });

  it('is warned of by the server that it comes from, once', async () => {
    const warning = { kind: 'unsupported', option: 'topK', message: 'no' } as const;
    const named = { model: 'm', system_fingerprint: 's-1' };
    const reply = stream(chunk({ content: 'a' }, null, named), chunk({}, 'stop', named));
    const warningsOf = (server: string) => (server === 's-1' ? [warning] : []);
    const events = await told(reply, { expectsUsage: false, warningsOf });
    expect(events.filter(({ type }) => type === 'warning')).toEqual([{ type: 'warning', warning }]);
  });

  it('is a stream by what was asked for, where the reply does not say', async () => {
    const { body } = stream(chunk({ content: 'a' }), chunk({}, 'stop'));
    const events = await told({ headers: new Map(), body });
    expect(events.map(({ type }) => type)).toEqual(['text', 'warning', 'finish']);
  });

  it('may end with a word of its own', async () => {
    const finishReasons = new Map([
      ['cancelled', 'other'],
      ['stop', 'length'],
    ] as const);
    const reply = () => stream(chunk({ content: 'a' }), chunk({}, 'stop'));
    expect((await told(reply(), { finishReasons })).at(-1)).toEqual({ type: 'finish', reason: 'length' });
    expect((await told(reply())).at(-1)).toEqual({ type: 'finish', reason: 'stop' });
  });

  it('may end with a word that makes it a part', async () => {
    const finishReasons = new Map([['cancelled', null]]);
    const reply = stream(chunk({ content: 'a' }), chunk({}, 'cancelled'));
    await expect(told(reply, { finishReasons })).rejects.toMatchObject({ code: 'incomplete_stream' });
  });

  it.each(['error', 'abort', 'insufficient_system_resource'])(
    'that the server ends with "%s" is a part, in a stream, whole and raw',
    async (reason) => {
      const reply = stream(chunk({ content: 'a' }), chunk({}, reason));
      await expect(told(reply)).rejects.toMatchObject({ code: 'incomplete_stream' });
      const message = { content: 'a' };
      const whole = json({ choices: [{ message, finish_reason: reason }] });
      await expect(told(whole)).rejects.toMatchObject({ code: 'incomplete_stream' });
      const raw = json({ choices: [{ text: 'a', finish_reason: reason }] });
      expect(await readRaw(raw, quietIo(), { prompts: ['x'], origin })).toMatchObject([
        { code: 'incomplete_stream', partialText: 'a' },
      ]);
    },
  );

  it('tells the model under either name', async () => {
    const [event] = await told(stream(chunk({ content: 'a' }, 'stop', { model_id: 'm-2' })));
    expect(event).toEqual({ type: 'metadata', model: 'm-2', responseId: undefined });
  });

  it('is over when its end and its usage are told, although the body goes on', async () => {
    const usage = { prompt_tokens: 1, completion_tokens: 1 };
    const { headers, body } = stream(chunk({ content: 'a' }), chunk({}, 'stop'), chunk({}, null, { usage }));
    const open = (async function* () {
      yield* body as AsyncIterable<Uint8Array>;
      await new Promise(() => undefined);
    })();
    const events = await told({ headers, body: open });
    expect(events.map(({ type }) => type)).toEqual(['text', 'usage', 'finish']);
  });

  it.each([
    ['an error', { error: { message: 'no', code: 429 } }, 'rate_limit'],
    ['errors in a list', { errors: [{ code: 'x', message: 'no' }], status_code: 404 }, 'model_not_found'],
  ])('that has %s fails, in a stream and whole', async (_, body, code) => {
    await expect(told(json(body))).rejects.toMatchObject({ code });
    await expect(told(stream(`data: ${JSON.stringify(body)}\n\n`))).rejects.toMatchObject({ code });
  });

  it('may say that it calls nothing in the form of old', async () => {
    const function_call = { name: '', arguments: '' };
    const events = await told(
      stream(chunk({ content: 'a', function_call }), chunk({ function_call: null }, 'stop')),
    );
    expect(events.map(({ type }) => type)).toEqual(['text', 'warning', 'finish']);
  });

  it('with an empty list of errors is well', async () => {
    const events = await told(stream(chunk({ content: 'a' }, 'stop', { errors: [], error: null })));
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
  });

  it.each([
    ['that never ends', stream(chunk({ content: 'a' })), 'incomplete_stream'],
    [
      'that is a page',
      { headers: new Map([['content-type', 'text/html']]), body: null },
      'malformed_response',
    ],
    ['that is nothing', { headers: new Map(), body: null }, 'incomplete_stream'],
  ])('%s is no answer', async (_, reply, code) => {
    await expect(told(reply)).rejects.toMatchObject({ code, provider: 'mine', model: 'm' });
  });
});
