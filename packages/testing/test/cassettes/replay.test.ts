import { getEventListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import {
  BackendError,
  type BatchGenerationError,
  CBlock,
  ConnectionError,
  IncompleteStreamError,
  MelliflowError,
  ModelOutputThunk,
  RateLimitError,
} from '@melliflow/core';
import { nameErrors } from '@melliflow/core/implement';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cassette } from '../../src/cassettes/index.js';
import { type ScriptedAnswer, ScriptedBackend } from '../../src/index.js';
import {
  ask,
  begin,
  callOf,
  cassetteFolder,
  ctx,
  factsOf,
  failureOf,
  gone,
  read,
  stream,
  toldBy,
} from './support.js';

const fileOf = cassetteFolder();
const origin = { provider: 'scripted', model: 'scripted' };
const usage = { promptTokens: 3, completionTokens: 2, totalTokens: 5 };

/** Records what the script answers to each prompt in turn; the result replays it, without the script. */
async function recorded(
  script: readonly ScriptedAnswer[],
  prompts: readonly string[],
  options = {},
): Promise<ReturnType<typeof cassette>> {
  const file = fileOf();
  const backend = cassette(new ScriptedBackend(script), { file, mode: 'record', ...options });
  for (const prompt of prompts) await toldBy(backend, callOf(prompt));
  return cassette(gone(), { file, mode: 'replay', ...options });
}

describe('a recorded call', () => {
  it('is replayed with all its events, in their pieces', async () => {
    const script = [
      {
        thinking: 'Hm.',
        deltas: ['Hel', 'lo', '.\n'],
        toolCalls: [{ id: 'a', name: 'now', args: { zone: 'UTC', deep: { list: [1, null, 'x'] } } }],
        usage,
      },
    ];
    const told = await toldBy(new ScriptedBackend(script), callOf('Go.'));
    expect(told).toHaveLength(8);
    expect(await toldBy(await recorded(script, ['Go.']), callOf('Go.'))).toEqual(told);
  });

  it('tells the recorder nothing else than without one', async () => {
    const script = [{ deltas: ['a', 'b'], usage }];
    const backend = cassette(new ScriptedBackend(script), { file: fileOf() });
    expect(await toldBy(backend, callOf('Go.'))).toEqual(
      await toldBy(new ScriptedBackend(script), callOf('Go.')),
    );
  });

  it.each([
    new RateLimitError('Slow down.', { ...origin, status: 429, retryAfterMs: 20, requestId: 'r1' }),
    new ConnectionError('It broke.', { ...origin, partialText: 'Half', cause: new Error('reset') }),
    new TypeError('Not one of ours.'),
  ])('fails again with the same error: $name', async (error) => {
    const script = [{ deltas: ['Half'], error }];
    const live = await begin(new ScriptedBackend(script));
    const replayed = await begin(await recorded(script, ['Go.']), 'Go.', stream);
    const [wanted, got] = [await failureOf(live.avalue()), await failureOf(replayed.avalue())];
    expect(factsOf(got)).toEqual(factsOf(wanted));
    expect([got.code, got.status, replayed.partialValue]).toEqual([wanted.code, wanted.status, 'Half']);
  });

  it('fails again with an error whose class core does not have, by its name and code', async () => {
    class OddError extends BackendError {}
    nameErrors({ OddError });
    class PlainError extends MelliflowError {}
    nameErrors({ PlainError });
    const script = [
      { error: new OddError('Odd.', { ...origin, status: 418 }) },
      { error: new PlainError('Plain.') },
    ];
    const replay = await recorded(script, ['Go.', 'Go.']);
    const odd = await failureOf(ask(replay, 'Go.', stream));
    expect([BackendError.is(odd), odd.name, odd.code, odd.status]).toEqual([true, 'OddError', 'odd', 418]);
    const plain = await failureOf(ask(replay, 'Go.', stream));
    expect([MelliflowError.is(plain), BackendError.is(plain), plain.code]).toEqual([true, false, 'plain']);
  });

  it.each(['record', 'replay'] as const)('leaves no listener at its signal: %s', async (mode) => {
    const script = [{ deltas: ['a', 'b'], delayMs: 1 }];
    const file = fileOf();
    const { signal } = new AbortController();
    const call = callOf('Go.', { signal });
    const recorder = cassette(new ScriptedBackend(script), { file, mode: 'record' });
    await toldBy(recorder, call);
    if (mode === 'replay') await toldBy(cassette(gone(), { file, mode, timing: 'recorded' }), call);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('is an incomplete stream again where it had no end', async () => {
    const replay = await recorded([{ deltas: ['Half'], finish: null }], ['Go.']);
    expect(IncompleteStreamError.is(await failureOf(ask(replay, 'Go.', stream)))).toBe(true);
  });

  it('keeps a failure and the success after it in their order', async () => {
    const limit = new RateLimitError('Slow down.', { ...origin, status: 429 });
    const replay = await recorded([{ error: limit }, { deltas: ['Done.'] }], ['Go.', 'Go.']);
    expect(RateLimitError.is(await failureOf(ask(replay, 'Go.', stream)))).toBe(true);
    expect(await ask(replay, 'Go.', stream)).toBe('Done.');
  });

  it('has its own answer when several run at once', async () => {
    const file = fileOf();
    const prompts = Array.from({ length: 20 }, (_, i) => `Say ${i}.`);
    const echo = Object.assign(new ScriptedBackend([{}]), {
      async *_generateFromContext({ action }: { action: unknown }) {
        for (const text of String(action)) yield { type: 'text', text };
        yield { type: 'finish', reason: 'stop' };
      },
    });
    const recorder = cassette(echo, { file });
    await Promise.all(prompts.map((prompt) => ask(recorder, prompt)));
    expect(read(file).interactions.map(({ request }) => request.prompt)).toEqual(
      prompts.map((content) => [{ role: 'user', content }]),
    );
    const replay = cassette(gone(), { file });
    const backwards = await Promise.all([...prompts].reverse().map((prompt) => ask(replay, prompt)));
    expect(backwards.reverse()).toEqual(prompts);
  });

  it('is told from others by view, roles and tool calls', async () => {
    const file = fileOf();
    const recorder = cassette(new ScriptedBackend([{ deltas: ['1'] }, { deltas: ['2'] }]), { file });
    const said = ModelOutputThunk.computed('Yes.');
    for (const past of [said, new CBlock('Yes.')])
      await (await recorder.generateFromContext('And?', ctx.add(past)))[0].avalue();
    const replay = cassette(gone(), { file });
    const [second] = await replay.generateFromContext('And?', ctx.add(new CBlock('Yes.')));
    expect(await second.avalue()).toBe('2');
  });

  it.each(['C:\\models\\tiny.gguf', 'file:///home/other/tiny.gguf', '/elsewhere/tiny.gguf'])(
    "is found on a machine where the model's file is %s",
    async (modelId) => {
      const file = fileOf();
      const here = new ScriptedBackend([{ deltas: ['Yes.'] }], { modelId: '/home/me/models/tiny.gguf' });
      await ask(cassette(here, { file }));
      expect(read(file).interactions[0]?.request.model).toBe('scripted/tiny.gguf');
      const there = new ScriptedBackend([{ deltas: ['No.'] }], { modelId });
      expect(await ask(cassette(there, { file }))).toBe('Yes.');
    },
  );

  it('brings back numbers that JSON does not have', async () => {
    const file = fileOf();
    const logprobs = [{ token: 'a', logprob: Number.NEGATIVE_INFINITY }];
    const inner = Object.assign(new ScriptedBackend([{}]), {
      async *_generateFromContext() {
        yield { type: 'logprobs', logprobs };
        yield { type: 'finish', reason: 'stop' };
      },
    });
    await ask(cassette(inner, { file }));
    const thunk = await begin(cassette(gone(), { file }));
    await thunk.avalue();
    expect(thunk.generation.logprobs).toEqual(logprobs);
  });

  it('brings back data that only looks like such a number', async () => {
    const args = { one: { $number: '7' }, two: { $number: 'NaN', of: 1 }, three: { $number: 'seven' } };
    const script = [{ toolCalls: [{ name: 'put', args }] }];
    const told = await toldBy(await recorded(script, ['Go.']), callOf('Go.'));
    expect(told).toContainEqual(expect.objectContaining({ type: 'tool_call', args }));
  });

  it('is told from others by options that JSON writes in a form of their own', async () => {
    const file = fileOf();
    const at = (day: number) => ({
      modelOptions: { providerOptions: { scripted: { at: new Date(day), bytes: Buffer.from([day]) } } },
    });
    const recorder = cassette(new ScriptedBackend([{ deltas: ['one'] }, { deltas: ['two'] }]), { file });
    await ask(recorder, 'Go.', at(1));
    await ask(recorder, 'Go.', at(2));
    expect(await ask(cassette(gone(), { file }), 'Go.', at(2))).toBe('two');
    const [first] = read(file).interactions;
    expect(first?.request.modelOptions).toEqual({
      providerOptions: {
        scripted: { at: '1970-01-01T00:00:00.001Z', bytes: expect.stringMatching(/^sha256:\w{32}$/) },
      },
    });
  });

  it('is not changed by what its consumer does to the events', async () => {
    const file = fileOf();
    const script = [{ toolCalls: [{ name: 'now', args: { zone: 'UTC' } }] }];
    const recorder = cassette(new ScriptedBackend(script), { file });
    for await (const event of recorder._generateFromContext(callOf('Go.')))
      if (event.type === 'tool_call') event.args.zone = 'changed';
    expect(readFileSync(file, 'utf8')).toContain('{"zone":"UTC"}');
  });
});

describe('a cancelled call', () => {
  const script = [{ deltas: ['One. ', 'Two. '], usage, hangs: true }];

  async function cancelled(backend: ReturnType<typeof cassette>): Promise<ModelOutputThunk> {
    const thunk = await begin(backend, 'Count.', stream);
    let text = '';
    for await (const delta of thunk) {
      text += delta;
      if (text === 'One. Two. ') break;
    }
    await thunk.cancelGeneration('enough');
    return thunk;
  }

  it('is replayed up to the cancel, waits for it, and ends as it did', async () => {
    const file = fileOf();
    const live = await cancelled(cassette(new ScriptedBackend(script), { file }));
    expect(read(file).interactions[0]?.events.map(({ type }) => type)).toEqual([
      'prompt',
      'text',
      'text',
      'cancelled',
      'error',
    ]);
    const replayed = await cancelled(cassette(gone(), { file }));
    expect([replayed.value, replayed.cancelled]).toEqual([live.value, live.cancelled]);
    expect(replayed.value).toBe('One. Two. ');
  });

  it('keeps what was told after the cancel, also when it comes earlier than it did', async () => {
    const file = fileOf();
    const inner = Object.assign(new ScriptedBackend([{}]), {
      async *_generateFromContext({ signal }: { signal: AbortSignal }) {
        yield { type: 'text', text: 'One. ' };
        yield { type: 'text', text: 'Two. ' };
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        yield { type: 'usage', usage };
      },
    });
    await cancelled(cassette(inner, { file }));
    expect((await cancelled(cassette(gone(), { file }))).generation.usage).toEqual(usage);
    const controller = new AbortController();
    const call = callOf('Count.', { signal: controller.signal, modelOptions: { stream: true } });
    const told: string[] = [];
    for await (const event of cassette(gone(), { file })._generateFromContext(call)) {
      told.push(event.type);
      controller.abort();
    }
    expect(told).toEqual(['text', 'usage']);
  });

  it('is kept where the backend ignores the abort, so that its end never comes', async () => {
    const file = fileOf();
    const inner = Object.assign(new ScriptedBackend([{}]), {
      async *_generateFromContext() {
        yield { type: 'text', text: 'One. ' };
        await new Promise(() => {});
      },
      _generateFromRaw: () => new Promise<never>(() => {}),
    });
    const controller = new AbortController();
    const call = callOf('Count.', { signal: controller.signal });
    const recorder = cassette(inner, { file });
    const told = recorder._generateFromContext(call)[Symbol.asyncIterator]();
    await told.next();
    void told.next();
    void recorder._generateFromRaw({ ...call, actions: [call.action], maxConcurrency: 1 });
    controller.abort();
    await recorder[Symbol.asyncDispose]();
    expect(read(file).interactions.map(({ events }) => events.map(({ type }) => type))).toEqual([
      ['text', 'cancelled'],
      ['cancelled'],
    ]);
  });

  it('is a failure that says so when nobody cancels any more', async () => {
    const file = fileOf();
    await cancelled(cassette(new ScriptedBackend(script), { file }));
    vi.useFakeTimers();
    const failing = failureOf(ask(cassette(gone(), { file }), 'Count.', stream));
    await vi.runAllTimersAsync();
    const error = await failing;
    expect([error.code, vi.getTimerCount()]).toEqual(['cassette_miss', 0]);
    vi.useRealTimers();
    expect(error.message).toBe(
      `cassette: in ${file} this call was cancelled here, and now nobody cancelled it within 3000 ms. ` +
        'If the program reads on now, record it anew with MELLIFLOW_CASSETTES=update.',
    );
  });

  it('is recorded as left where its reader closes it without an abort', async () => {
    const file = fileOf();
    const read1 = async (backend: ReturnType<typeof cassette>): Promise<string[]> => {
      const told: string[] = [];
      for await (const event of backend._generateFromContext(callOf('Count.'))) {
        told.push(event.type);
        if (event.type === 'text') break;
      }
      return told;
    };
    const live = await read1(cassette(new ScriptedBackend(script), { file }));
    expect(read(file).interactions[0]?.events.at(-1)).toEqual({ type: 'cancelled' });
    expect(await read1(cassette(gone(), { file }))).toEqual(live);
  });
});

describe('timing', () => {
  afterEach(() => void vi.useRealTimers());

  async function timesOf(timing: 'none' | 'recorded'): Promise<number[]> {
    const file = fileOf();
    vi.useFakeTimers();
    const recorder = cassette(new ScriptedBackend([{ deltas: ['a', 'b', 'c'], delayMs: 40 }]), { file });
    const live = toldBy(recorder, callOf('Go.'));
    await vi.advanceTimersByTimeAsync(200);
    vi.useRealTimers();
    await live;
    vi.useFakeTimers();
    const times: number[] = [];
    const startMs = performance.now();
    const replay = (async () => {
      const backend = cassette(gone(), { file, timing });
      for await (const event of backend._generateFromContext(callOf('Go.')))
        if (event.type === 'text') times.push(performance.now() - startMs);
    })();
    await vi.runAllTimersAsync();
    await replay;
    return times;
  }

  it('is as recorded where that is asked for', async () => {
    expect(await timesOf('recorded')).toEqual([40, 80, 120]);
  });

  it('is at once otherwise', async () => {
    expect(await timesOf('none')).toEqual([0, 0, 0]);
  });

  it('of a replay that is cancelled leaves no timer', async () => {
    const file = fileOf();
    vi.useFakeTimers();
    const recorder = cassette(new ScriptedBackend([{ deltas: ['a', 'b'], delayMs: 10_000 }]), { file });
    const live = ask(recorder, 'Go.', stream);
    await vi.runAllTimersAsync();
    vi.useRealTimers();
    await live;
    vi.useFakeTimers();
    const thunk = await begin(cassette(gone(), { file, timing: 'recorded' }), 'Go.', stream);
    await vi.advanceTimersByTimeAsync(10_000);
    await thunk.cancelGeneration();
    expect([thunk.value, vi.getTimerCount()]).toEqual(['a', 0]);
  });
});

describe('a raw batch', () => {
  const script = [
    { deltas: ['A', '!'], usage },
    { error: new RateLimitError('Slow.', origin) },
    { deltas: ['C'] },
  ];

  it('is one recording with every outcome', async () => {
    const file = fileOf();
    const batchOf = async (backend: ReturnType<typeof cassette>): Promise<unknown> => {
      const error = await failureOf(backend.generateFromRaw(['a', 'b', 'c'], ctx));
      const { results } = error as unknown as BatchGenerationError<ModelOutputThunk>;
      return results.map((one) =>
        one instanceof Error ? factsOf(one) : [one.value, one.generation.usage, one.generateLog?.prompt],
      );
    };
    const live = await batchOf(cassette(new ScriptedBackend(script), { file }));
    const replay = cassette(gone(), { file });
    expect(await batchOf(replay)).toEqual(live);
    replay.assertAllPlayed();
    expect(read(file).interactions[0]?.request.prompt).toEqual(['a', 'b', 'c']);
  });

  it('that was cancelled waits for the cancel and keeps what had come', async () => {
    const file = fileOf();
    const inner = Object.assign(new ScriptedBackend([{}]), {
      async _generateFromRaw({ signal }: { signal: AbortSignal }) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        return [{ text: 'A', finishReason: 'stop' }];
      },
    });
    const batchOf = async (backend: ReturnType<typeof cassette>): Promise<unknown> => {
      const controller = new AbortController();
      const failing = failureOf(backend.generateFromRaw(['a', 'b'], ctx, { signal: controller.signal }));
      setImmediate(() => controller.abort());
      const { results } = (await failing) as unknown as BatchGenerationError<ModelOutputThunk>;
      return results.map((one) => (one instanceof Error ? one.name : one.value));
    };
    const live = await batchOf(cassette(inner, { file }));
    expect(live).toEqual(['A', 'GenerationCancelledError']);
    expect(await batchOf(cassette(gone(), { file }))).toEqual(live);
  });

  it('that failed as a whole fails so again', async () => {
    const file = fileOf();
    const inner = Object.assign(new ScriptedBackend([{}]), {
      async _generateFromRaw(): Promise<never> {
        throw new RateLimitError('Slow.', origin);
      },
    });
    const live = await failureOf(cassette(inner, { file }).generateFromRaw(['a'], ctx));
    const replayed = await failureOf(cassette(gone(), { file }).generateFromRaw(['a'], ctx));
    expect(factsOf(replayed.cause)).toEqual(factsOf(live.cause));
  });
});
