import { getEventListeners } from 'node:events';
import { type ContextCall, type GenerationEvent, ServerError } from '@melliflow/core';
import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { cache } from '../src/index.js';
import { ask, begin, drain, failure, stream, warned } from './support/ask.js';
import { GatedBackend } from './support/gated-backend.js';
import { watchTimers } from './support/pending-timers.js';

const usage = { promptTokens: 9, completionTokens: 3, totalTokens: 12 };
const gated = (): GatedBackend => new GatedBackend([{ deltas: ['one ', 'two'], usage }]);

describe('the same question at the same time', () => {
  it('is asked once; a late caller gets everything from the first piece', async () => {
    const inner = gated();
    const backend = cache(inner);
    const first = await begin(backend, 'Go.', stream);
    const reader = first[Symbol.asyncIterator]();
    await reader.next();
    const late = await begin(backend, 'Go.', stream);
    expect((await late[Symbol.asyncIterator]().next()).value).toBe('one ');
    expect(late.settled).toBe(false);
    inner.open();
    expect([await first.avalue(), await late.avalue()]).toEqual(['one two', 'one two']);
    expect(inner.calls).toHaveLength(1);
    expect([first, late].map((thunk) => warned(thunk, 'cache').length)).toEqual([0, 1]);
  });

  it('is spent for one of them', async () => {
    const inner = gated();
    const backend = cache(inner);
    const thunks = await Promise.all([1, 2, 3].map(() => begin(backend, 'Go.', stream)));
    inner.open();
    await Promise.all(thunks.map((thunk) => thunk.avalue()));
    const spent = thunks.filter(({ generation }) => !generation.usage?.details?.tokensFromCache);
    expect([thunks.map(({ generation }) => generation.usage?.totalTokens), spent.length]).toEqual([
      [12, 12, 12],
      1,
    ]);
  });

  it('gives each caller its own copy', async () => {
    const inner = new GatedBackend([
      { deltas: ['one ', 'two'], usage, toolCalls: [{ name: 'now', args: { a: 1 } }] },
    ]);
    const backend = cache(inner);
    const [first, second] = await Promise.all([1, 2].map(() => begin(backend, 'Go.', stream)));
    inner.open();
    await Promise.all([first?.avalue(), second?.avalue()]);
    Object.assign(first?.toolCalls?.[0]?.args ?? {}, { a: 2 });
    Object.assign(first?.generateLog?.prompt?.[0] ?? {}, { content: 'changed' });
    expect(second?.toolCalls?.[0]?.args).toEqual({ a: 1 });
    expect(JSON.stringify(second?.generateLog?.prompt)).not.toContain('changed');
  });

  it('goes on when one caller cancels, also the one who began it', async () => {
    const inner = gated();
    const backend = cache(inner);
    const first = await begin(backend, 'Go.', stream);
    await first[Symbol.asyncIterator]().next();
    const [second, third] = [await begin(backend, 'Go.', stream), await begin(backend, 'Go.', stream)];
    await third[Symbol.asyncIterator]().next();
    await Promise.all([first.cancelGeneration(), second.cancelGeneration()]);
    expect([first.value, first.cancelled, inner.closed]).toEqual(['one ', true, []]);
    inner.open();
    expect(await third.avalue()).toBe('one two');
    expect(third.generation.usage).toEqual(usage);
    expect([inner.calls.length, inner.closed]).toEqual([1, [false]]);
    expect((await ask(backend)).value).toBe('one two');
    expect(inner.calls).toHaveLength(1);
  });

  it('is stopped when the last caller leaves, and the next one asks anew', async () => {
    const inner = gated();
    const backend = cache(inner);
    const controller = new AbortController();
    const [first, second] = await Promise.all([
      begin(backend, 'Go.', stream),
      begin(backend, 'Go.', { ...stream, signal: controller.signal }),
    ]);
    for (const thunk of [first, second]) await thunk[Symbol.asyncIterator]().next();
    await first.cancelGeneration();
    expect(inner.closed).toEqual([]);
    controller.abort();
    expect(await failure(second.avalue())).toMatchObject({ code: 'generation_cancelled' });
    expect(inner.closed).toEqual([true]);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    inner.open();
    expect((await ask(backend, 'Go.', stream)).value).toBe('one two');
    expect(inner.calls).toHaveLength(2);
  });

  it('fails for all with the same error, and is asked anew afterwards', async () => {
    const error = new ServerError('down', { provider: 'scripted', model: 'scripted' });
    const inner = new GatedBackend([{ deltas: ['one ', 'two'], error }, { deltas: ['fine'] }]);
    const backend = cache(inner);
    const thunks = await Promise.all([1, 2].map(() => begin(backend, 'Go.', stream)));
    for (const thunk of thunks) await thunk[Symbol.asyncIterator]().next();
    inner.open();
    for (const thunk of thunks) expect(await failure(thunk.avalue())).toBe(error);
    expect(thunks.map(({ partialValue }) => partialValue)).toEqual(['one two', 'one two']);
    expect((await ask(backend, 'Go.', stream)).value).toBe('fine');
  });

  it('does not make a stream wait for a whole reply', async () => {
    const inner = gated();
    const backend = cache(inner);
    const whole = await begin(backend);
    const streamed = await begin(backend, 'Go.', stream);
    expect((await streamed[Symbol.asyncIterator]().next()).value).toBe('one ');
    inner.open();
    await Promise.all([whole.avalue(), streamed.avalue()]);
    expect(inner.calls).toHaveLength(2);
  });

  it('is shared until its answer is kept, and marked as spent already', async () => {
    let keep = (): void => undefined;
    const kept = new Promise<void>((resolve) => {
      keep = resolve;
    });
    const map = new Map<string, string>();
    const store = {
      get: (key: string) => map.get(key),
      set: async (key: string, text: string) => {
        await kept;
        map.set(key, text);
      },
      delete: (key: string) => map.delete(key),
    };
    const inner = gated();
    inner.open();
    const backend = cache(inner, { store });
    const first = await ask(backend);
    await drain();
    const second = await ask(backend);
    keep();
    await drain();
    const third = await ask(backend);
    expect([inner.calls.length, inner.closed, map.size]).toEqual([1, [false], 1]);
    const marks = [first, second, third].map(({ generation }) => generation.usage?.details?.tokensFromCache);
    expect(marks).toEqual([undefined, 12, 12]);
  });

  /** Counts while it writes, and once more when it is stopped. */
  class Counting extends GatedBackend {
    override async *_generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent> {
      try {
        for await (const event of super._generateFromContext(call)) {
          yield event;
          if (event.type === 'text') yield { type: 'usage', usage: { ...usage, totalTokens: 10 } };
        }
      } catch {
        yield { type: 'usage', usage: { ...usage, totalTokens: 11 } };
      }
    }
  }

  it('is spent for the next caller when the one for whom it was leaves early', async () => {
    const inner = new Counting([{ deltas: ['one ', 'two'], usage }]);
    const backend = cache(inner);
    const first = await begin(backend, 'Go.', stream);
    await first[Symbol.asyncIterator]().next();
    await drain();
    const second = await begin(backend, 'Go.', stream);
    await second[Symbol.asyncIterator]().next();
    await first.cancelGeneration();
    inner.open();
    await second.avalue();
    expect([first.generation.usage?.totalTokens, second.generation.usage]).toEqual([10, usage]);
  });

  it('still tells what it used when it is stopped', async () => {
    const backend = cache(new Counting([{ deltas: ['one ', 'two'], usage }]));
    const thunk = await begin(backend, 'Go.', stream);
    await thunk[Symbol.asyncIterator]().next();
    await thunk.cancelGeneration();
    expect(thunk.generation.usage?.totalTokens).toBe(11);
  });

  it('is not joined once it is stopped, though its source takes its time to close', async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    class Slow extends GatedBackend {
      override async *_generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent> {
        const isFirst = this.calls.length === 0;
        try {
          yield* super._generateFromContext(call);
        } finally {
          if (isFirst) await released;
        }
      }
    }
    const inner = new Slow([{ deltas: ['one ', 'two'] }]);
    const backend = cache(inner);
    const first = await begin(backend, 'Go.', stream);
    await first[Symbol.asyncIterator]().next();
    const cancelled = first.cancelGeneration();
    await drain();
    const second = await begin(backend, 'Go.', stream);
    inner.open();
    expect(await second.avalue()).toBe('one two');
    release();
    await cancelled;
    expect(inner.calls).toHaveLength(2);
  });

  it('a hundred times leaves nothing behind', async () => {
    const inner = gated();
    const timers = watchTimers();
    const backend = cache(inner, { store: new Keyv() });
    const { signal } = new AbortController();
    const thunks = await Promise.all(
      Array.from({ length: 100 }, () => begin(backend, 'Go.', { ...stream, signal })),
    );
    inner.open();
    await Promise.all(thunks.map((thunk) => thunk.avalue()));
    await drain();
    expect([inner.calls.length, getEventListeners(signal, 'abort').length]).toEqual([1, 0]);
    expect([backend._chatRuns._runs.size, backend._rawRuns._runs.size]).toEqual([0, 0]);
    expect(timers.pending()).toBe(0);
    timers.stop();
  });
});
