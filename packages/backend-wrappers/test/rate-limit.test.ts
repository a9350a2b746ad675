import { getEventListeners } from 'node:events';
import { CBlock, ServerError } from '@melliflow/core';
import { ScriptedBackend } from '@melliflow/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cache, type RateLimitOptions, rateLimit } from '../src/index.js';
import { MinuteWindow } from '../src/rate-limit/minute-window.js';
import { ask, begin, context, drain, failure } from './support/ask.js';
import { GatedBackend } from './support/gated-backend.js';
import { watchTimers } from './support/pending-timers.js';
import { TestClock } from './support/test-clock.js';

const tokens = (totalTokens: number) => ({
  promptTokens: totalTokens,
  completionTokens: 0,
  totalTokens,
});
/** A backend that answers, its clock, and the prompts that came through so far. */
function limited(
  options: RateLimitOptions,
  inner: ScriptedBackend = new ScriptedBackend([{ deltas: ['ok'] }]),
) {
  const clock = new TestClock();
  const backend = rateLimit(inner, { ...options, clock });
  return { backend, clock, inner, passed: () => inner.calls.map(({ prompt }) => prompt).join('') };
}

describe('requests per minute', () => {
  it('hold back what is too much, in the order in which it came', async () => {
    const { backend, clock, passed } = limited({ requestsPerMinute: 2 });
    const thunks = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((prompt) => begin(backend, prompt)));
    await drain();
    expect([passed(), clock.timers]).toEqual(['ab', 1]);
    clock.pass(59_999);
    await drain();
    expect(passed()).toBe('ab');
    clock.pass(1);
    await drain();
    expect(passed()).toBe('abcd');
    clock.pass(60_000);
    await Promise.all(thunks.map((thunk) => thunk.avalue()));
    expect([passed(), clock.timers]).toEqual(['abcde', 0]);
  });

  it('count in any span of one minute, not by the clock on the wall', async () => {
    const { backend, clock, passed } = limited({ requestsPerMinute: 2 });
    await ask(backend, 'a');
    clock.pass(59_000);
    await ask(backend, 'b');
    await begin(backend, 'c');
    await begin(backend, 'd');
    clock.pass(1_000);
    await drain();
    expect(passed()).toBe('abc');
    clock.pass(58_999);
    await drain();
    expect(passed()).toBe('abc');
    clock.pass(1);
    await drain();
    expect(passed()).toBe('abcd');
  });
});

describe('tokens per minute', () => {
  it('are reckoned before; what was not used is given back', async () => {
    const inner = new ScriptedBackend([{ usage: tokens(10) }]);
    const { backend, clock, passed } = limited({ tokensPerMinute: 1000, estimate: () => 300 }, inner);
    for (const prompt of ['a', 'b', 'c', 'd', 'e']) await ask(backend, prompt);
    expect([passed(), clock.timers]).toEqual(['abcde', 0]);
  });

  it('that were more than thought count too, until a minute after they were told', async () => {
    const inner = new ScriptedBackend([{ usage: tokens(900) }, {}]);
    const { backend, clock, passed } = limited({ tokensPerMinute: 1000, estimate: () => 300 }, inner);
    await ask(backend, 'a');
    await begin(backend, 'b');
    await drain();
    expect(passed()).toBe('a');
    clock.pass(60_000);
    await drain();
    expect(passed()).toBe('ab');
  });

  it('are reckoned by the text and the limit of the answer', async () => {
    const sizes: unknown[] = [];
    const estimate: RateLimitOptions['estimate'] = ({ characters, modelOptions }) => {
      sizes.push([characters, modelOptions.maxNewTokens]);
      return 1;
    };
    const { backend } = limited({ tokensPerMinute: 10, estimate });
    await ask(backend, 'four', { modelOptions: { maxNewTokens: 7, systemPrompt: 'six ch' } });
    await backend.generateFromRaw(['raw', 'text!'], context);
    expect(sizes).toEqual([
      [10, 7],
      [3, undefined],
      [5, undefined],
    ]);
    const usual = limited({ tokensPerMinute: 600 });
    await ask(usual.backend, 'x'.repeat(400));
    await begin(usual.backend, 'y'.repeat(400));
    await drain();
    expect(usual.inner.calls).toHaveLength(1);
  });

  it('that nobody can count do not stop the counting', async () => {
    const estimates = [Number.NaN, 600, 600];
    const inner = new ScriptedBackend([{ usage: tokens(Number.NaN) }]);
    const { backend, passed } = limited(
      { tokensPerMinute: 1000, estimate: () => estimates.shift() ?? 0 },
      inner,
    );
    expect((await failure(ask(backend, 'a'))).message).toContain(
      'estimate must give a number from 0 up, got',
    );
    await ask(backend, 'b');
    await begin(backend, 'c');
    await drain();
    expect(passed()).toBe('b');
  });

  it('let pass what is more than the limit, in a minute of its own', async () => {
    const { backend, clock, passed } = limited({ tokensPerMinute: 100, estimate: () => 5000 });
    await ask(backend, 'a');
    await begin(backend, 'b');
    clock.pass(59_999);
    await drain();
    expect(passed()).toBe('a');
    clock.pass(1);
    await drain();
    expect(passed()).toBe('ab');
  });

  it('are not spent by answers from a cache', async () => {
    const inner = cache(new ScriptedBackend([{ usage: tokens(100) }]));
    const clock = new TestClock();
    const backend = rateLimit(inner, { tokensPerMinute: 100, estimate: () => 1, clock });
    await ask(backend);
    clock.pass(60_000);
    for (let i = 0; i < 50; i++) await ask(backend);
    expect(clock.timers).toBe(0);
  });
});

describe('concurrency', () => {
  it('lets the next one pass when one is over, well or not, or left', async () => {
    const inner = new GatedBackend([
      { deltas: ['one ', 'two'] },
      { error: new ServerError('down', { provider: 'p', model: 'm' }) },
      { deltas: ['one ', 'two'] },
    ]);
    const { backend, passed, clock } = limited({ concurrency: 1 }, inner);
    const [a, b, c, d] = await Promise.all(['a', 'b', 'c', 'd'].map((prompt) => begin(backend, prompt)));
    await drain();
    expect([passed(), clock.timers]).toEqual(['a', 0]);
    await a?.cancelGeneration();
    expect(await failure(b?.avalue() as Promise<string>)).toMatchObject({ code: 'server' });
    await drain();
    expect(passed()).toBe('abc');
    inner.open();
    expect([await c?.avalue(), await d?.avalue()]).toEqual(['one two', 'one two']);
  });

  it('holds for raw batches, whose actions are requests where the wire takes no batch', async () => {
    const { backend, clock, inner } = limited({ requestsPerMinute: 3, concurrency: 2 });
    expect(backend.maxConcurrency).toBe(2);
    const batch = backend.generateFromRaw(['a', 'b', 'c', 'd'], context);
    await drain();
    expect(inner.calls).toHaveLength(3);
    clock.pass(60_000);
    expect((await batch).map(String)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  it('counts a batch as one request where the wire takes it', async () => {
    const inner = new ScriptedBackend([{ deltas: ['ok'] }], { capabilities: { rawBatch: true } });
    const { backend } = limited({ requestsPerMinute: 1 }, inner);
    expect(await backend.generateFromRaw(['a', 'b', 'c'], context)).toHaveLength(3);
  });
});

describe('a wait', () => {
  it('ends with a cancel and with the signal at once, and keeps nobody else waiting', async () => {
    const controller = new AbortController();
    const { backend, clock, passed } = limited({ requestsPerMinute: 1 });
    await ask(backend, 'a');
    const b = await begin(backend, 'b');
    const c = await begin(backend, 'c', { signal: controller.signal });
    const d = await begin(backend, 'd');
    await drain();
    await b.cancelGeneration();
    controller.abort();
    expect(await failure(c.avalue())).toMatchObject({ code: 'generation_cancelled' });
    expect([b.value, b.cancelled, passed(), clock.timers]).toEqual(['', true, 'a', 1]);
    clock.pass(60_000);
    await d.avalue();
    expect([passed(), clock.timers]).toEqual(['ad', 0]);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('that ends as it is over gives its tokens back: nothing was asked', async () => {
    const controller = new AbortController();
    const { backend, clock, passed } = limited({ tokensPerMinute: 100, estimate: () => 100 });
    const call = {
      action: new CBlock('a'),
      view: [],
      tools: new Map(),
      format: null,
      modelOptions: {},
      streaming: false,
      signal: controller.signal,
      generationId: '1',
    };
    const first = backend._generateFromContext(call).next();
    controller.abort(new Error('Too late.'));
    expect((await failure(first)).message).toBe('Too late.');
    await ask(backend, 'b');
    expect([passed(), clock.timers]).toEqual(['b', 0]);
  });

  it('of a raw batch ends with the signal too', async () => {
    const controller = new AbortController();
    const { backend, clock } = limited({ requestsPerMinute: 1 });
    const batch = backend.generateFromRaw(['a', 'b'], context, { signal: controller.signal });
    const failed = failure(batch);
    await drain();
    controller.abort();
    const { results } = (await failed) as unknown as { results: Error[] };
    expect([String(results[0]), (results[1] as Error & { code: string }).code]).toEqual([
      'ok',
      'generation_cancelled',
    ]);
    expect(clock.timers).toBe(0);
  });

  it('by the time of the machine leaves no timer', async () => {
    const timers = watchTimers();
    const backend = rateLimit(new ScriptedBackend([{ deltas: ['ok'] }]), { requestsPerMinute: 1 });
    await ask(backend, 'a');
    const b = await begin(backend, 'b');
    await drain();
    expect(timers.pending()).toBe(1);
    await b.cancelGeneration();
    await drain();
    expect(timers.pending()).toBe(0);
    timers.stop();
  });
});

it('a window never holds more than its limit in any minute, and makes nobody wait longer than that takes', () => {
  const step = fc.record({
    amount: fc.integer({ min: 1, max: 40 }),
    used: fc.integer({ min: 0, max: 40 }),
    pauseMs: fc.nat(30_000),
  });
  fc.assert(
    fc.property(fc.array(step), fc.integer({ min: 40, max: 200 }), (steps, limit) => {
      let nowMs = 0;
      const window = new MinuteWindow(limit, () => nowMs);
      const all: { atMs: number; amount: number }[] = [];
      const heldAt = (ms: number): number =>
        all.filter(({ atMs }) => atMs > ms - 60_000).reduce((sum, { amount }) => sum + amount, 0);
      for (const { amount, used, pauseMs } of steps) {
        nowMs += pauseMs;
        const ends = [nowMs, ...all.map(({ atMs }) => atMs + 60_000)].filter((ms) => ms >= nowMs);
        const free = Math.min(...ends.filter((ms) => heldAt(ms) + amount <= limit));
        expect(window.waitMs(amount)).toBe(free - nowMs);
        nowMs = free;
        const counted = window.add(amount);
        const mine = { atMs: nowMs, amount };
        all.push(mine);
        expect(heldAt(nowMs)).toBeLessThanOrEqual(limit);
        window.correct(counted, Math.min(used, amount));
        mine.amount = Math.min(used, amount);
      }
    }),
  );
});

it('names what is wrong with its settings', () => {
  const wrong: [unknown, string][] = [
    [undefined, 'options'],
    [{}, 'options'],
    [{ requestsPerMinute: 0 }, 'requestsPerMinute'],
    [{ tokensPerMinute: Number.NaN }, 'tokensPerMinute'],
    [{ concurrency: '3' }, 'concurrency'],
    [{ concurrency: 3, estimate: 7 }, 'estimate'],
    [{ concurrency: 3, clock: {} }, 'clock'],
  ];
  const inner = new ScriptedBackend([{}]);
  for (const [options, name] of wrong)
    expect(() => rateLimit(inner, options as RateLimitOptions)).toThrow(`rateLimit: ${name} must be`);
});
