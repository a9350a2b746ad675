import {
  BackendError,
  GenerationCancelledError,
  GenerationTimeoutError,
  RateLimitError,
  ServerError,
} from '@melliflow/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AttemptIO, runAttempts, streamAttempts } from '../src/index.js';
import { drain, never, plan, untilAborted } from './plan.js';

const origin = { provider: 'mock', model: 'm' };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('an attempt', () => {
  it('does nothing before the first piece is asked for', async () => {
    const seen: AttemptIO[] = [];
    const items = streamAttempts(plan({}), async function* (io) {
      seen.push(io);
      yield ['a'];
    });
    expect(seen).toEqual([]);
    expect(await items.next()).toEqual({ done: false, value: 'a' });
    await items.return?.();
    expect(seen[0]?.signal.aborted).toBe(true);
  });

  it('hands batches on one by one, in order, also to a reader that asks ahead', async () => {
    const items = streamAttempts(plan({}), async function* () {
      yield [1, 2];
      yield [];
      yield [3];
    });
    const asked = [items.next(), items.next(), items.next(), items.next(), items.next()];
    expect((await Promise.all(asked)).map(({ value }) => value)).toEqual([1, 2, 3, undefined, undefined]);
  });

  it('has the rest of a batch ready, but not before a reader that asked was served', async () => {
    const items: AsyncIterableIterator<number> & { _ready?(): IteratorResult<number> | null } =
      streamAttempts(plan({}), async function* () {
        yield [1, 2, 3];
      });
    expect(items._ready?.()).toBeNull();
    const asked = items.next();
    expect(items._ready?.()).toBeNull();
    expect((await asked).value).toBe(1);
    await null;
    expect(items._ready?.()).toEqual({ done: false, value: 2 });
    expect((await items.next()).value).toBe(3);
    expect(items._ready?.()).toBeNull();
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  it('is aborted after its end, after its failure and when the reader leaves', async () => {
    const signals: AbortSignal[] = [];
    const run = (fail: boolean) =>
      streamAttempts(plan({}), async function* ({ signal, content }) {
        signals.push(signal);
        void content;
        yield ['a', 'b'];
        if (fail) throw new Error('no');
      });
    await drain(run(false));
    await drain(run(true));
    for await (const item of run(false)) if (item === 'a') break;
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
  });

  it('that cannot even begin fails, and leaves no timer', async () => {
    const { error } = await drain(
      streamAttempts(plan({}), () => {
        throw new TypeError('parts[0] is strange');
      }),
    );
    expect((error as Error).message).toBe('mock: parts[0] is strange');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that is deaf arms no timer after its end', async () => {
    const controller = new AbortController();
    let wake: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const told = vi.fn();
    const end = drain(
      streamAttempts(plan({ signal: controller.signal }), async function* (io) {
        await late;
        io.headersArrived();
        io.content();
        told();
        yield ['a'];
      }),
    );
    controller.abort();
    expect(GenerationCancelledError.is((await end).error)).toBe(true);
    wake();
    await vi.waitFor(() => expect(told).toHaveBeenCalled());
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that fails for good hands on what it held back, once', async () => {
    let number = 0;
    const end = drain(
      streamAttempts(plan({ timeouts: { idleMs: 100 }, retry: { attempts: 2 } }), async function* (io) {
        number = io.number;
        io.onFailure(() => [`held by ${number}`]);
        yield [`told by ${number}`];
        if (number === 1) throw new ServerError('again', { ...origin, retryable: true });
        io.content();
        yield await never();
      }),
    );
    await vi.advanceTimersByTimeAsync(2000);
    const { items, error } = await end;
    expect(items).toEqual(['told by 1', 'told by 2', 'held by 2']);
    expect((error as Error).message).toContain('timeouts.idleMs');
  });

  it('leaves no listener on the signal of the caller', async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    await drain(
      streamAttempts(plan({ signal }), async function* () {
        yield ['a'];
      }),
    );
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    );
  });
});

describe('an abort', () => {
  it('ends a source that is deaf to its signal', async () => {
    const controller = new AbortController();
    const items = streamAttempts(plan({ signal: controller.signal }), async function* () {
      yield await never();
    });
    const end = drain(items);
    controller.abort(new Error('enough'));
    const { error } = await end;
    expect(GenerationCancelledError.is(error)).toBe(true);
  });

  it('is an error also where the source takes it for its end', async () => {
    const controller = new AbortController();
    const items = streamAttempts(plan({ signal: controller.signal }), async function* (io) {
      io.content();
      yield ['a'];
      await untilAborted(io.signal).catch(() => undefined);
    });
    expect(await items.next()).toEqual({ done: false, value: 'a' });
    const next = items.next();
    controller.abort();
    await expect(next).rejects.toSatisfy((error) => GenerationCancelledError.is(error));
  });

  it('before the call makes no attempt', async () => {
    let attempts = 0;
    const call = runAttempts(plan({ signal: AbortSignal.abort() }), async () => ++attempts);
    await expect(call).rejects.toSatisfy((error) => GenerationCancelledError.is(error));
    expect(attempts).toBe(0);
  });

  it('ends the wait between two attempts at once', async () => {
    const controller = new AbortController();
    const call = runAttempts(plan({ signal: controller.signal }), async () => {
      throw new RateLimitError('slow down', { ...origin, retryAfterMs: 50_000 });
    });
    const outcome = call.catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(300);
    expect(vi.getTimerCount()).toBe(1);
    controller.abort();
    expect(GenerationCancelledError.is(await outcome)).toBe(true);
  });

  it('reaches a reader that leaves while another waits', async () => {
    const items = streamAttempts(plan({}), async function* (io) {
      yield [await untilAborted(io.signal)];
    });
    const waiting = items.next().catch((error: unknown) => error);
    await items.return?.();
    expect(GenerationCancelledError.is(await waiting)).toBe(true);
  });
});

describe('retries', () => {
  it('are made while nothing was delivered, and stop at the limit', async () => {
    const numbers: number[] = [];
    const call = runAttempts(plan({ retry: { attempts: 3 } }), async ({ number }) => {
      numbers.push(number);
      throw new ServerError('down', origin);
    });
    const outcome = call.catch((error: unknown) => error);
    await vi.runAllTimersAsync();
    expect(ServerError.is(await outcome)).toBe(true);
    expect(numbers).toEqual([1, 2, 3]);
  });

  it('bring the answer of a later attempt', async () => {
    const items = streamAttempts(plan({}), async function* (io) {
      if (io.number === 1) yield ['prompt'];
      if (io.number < 3) throw new ServerError('down', origin);
      io.content();
      yield ['text'];
    });
    const end = drain(items);
    await vi.runAllTimersAsync();
    expect(await end).toEqual({ items: ['prompt', 'text'], error: null });
  });

  it('are never made after the first delta', async () => {
    let attempts = 0;
    const { items, error } = await drain(
      streamAttempts(plan({}), async function* (io) {
        attempts++;
        io.content();
        yield ['Hel'];
        throw new ServerError('down', origin);
      }),
    );
    expect([items, attempts, ServerError.is(error)]).toEqual([['Hel'], 1, true]);
  });

  it('are not made for what cannot pass by itself', async () => {
    let attempts = 0;
    const call = runAttempts(plan({}), async () => {
      attempts++;
      throw new BackendError('no', { ...origin, retryable: false });
    });
    await expect(call).rejects.toThrow('no');
    expect(attempts).toBe(1);
  });

  it('wait as long as the provider asks, and not at all where it asks for too long', async () => {
    const times: number[] = [];
    const callAfter = (retryAfterMs: number) =>
      runAttempts(plan({ retry: { attempts: 2, maxRetryAfterMs: 5000 } }), async () => {
        times.push(performance.now());
        throw new RateLimitError('slow down', { ...origin, retryAfterMs });
      }).catch((error: unknown) => error);
    const kept = callAfter(2000);
    await vi.runAllTimersAsync();
    await kept;
    expect((times[1] as number) - (times[0] as number)).toBeGreaterThanOrEqual(2000);
    expect((times[1] as number) - (times[0] as number)).toBeLessThanOrEqual(2201);
    await callAfter(5001);
    expect(times).toHaveLength(3);
  });
});

describe('timeouts', () => {
  const silent = async function* (): AsyncGenerator<readonly string[]> {
    yield await never();
  };

  it.each([
    ['headersMs', () => undefined],
    ['firstChunkMs', (io: AttemptIO) => io.headersArrived()],
    ['idleMs', (io: AttemptIO) => io.content()],
  ] as const)('%s names itself and ends a deaf source', async (name, begin) => {
    const items = streamAttempts(
      plan({ timeouts: { [name]: 1000 }, retry: { attempts: 1 } }),
      async function* (io) {
        begin(io);
        yield* silent();
      },
    );
    const end = drain(items);
    await vi.advanceTimersByTimeAsync(999);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(2);
    const { error } = await end;
    expect(GenerationTimeoutError.is(error)).toBe(true);
    expect(error).toMatchObject({ retryable: true, message: expect.stringContaining(`timeouts.${name}`) });
  });

  it('idle counts content, not keep-alives, and content moves it', async () => {
    const items = streamAttempts(plan({ timeouts: { idleMs: 1000 } }), async function* (io) {
      for (const ms of [900, 900]) {
        io.content();
        await new Promise((resolve) => setTimeout(resolve, ms));
      }
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, 300));
        yield [];
      }
    });
    const startedAt = performance.now();
    const end = drain(items);
    await vi.advanceTimersByTimeAsync(4000);
    const { error } = await end;
    expect(GenerationTimeoutError.is(error)).toBe(true);
    expect(performance.now() - startedAt).toBe(4000);
    await vi.runAllTimersAsync();
  });

  it('do not run while the reader is away', async () => {
    const items = streamAttempts(plan({ timeouts: { idleMs: 1000 } }), async function* (io) {
      io.content();
      yield ['a'];
      await new Promise((resolve) => setTimeout(resolve, 900));
      yield ['b'];
    });
    await items.next();
    await vi.advanceTimersByTimeAsync(10_000);
    const next = items.next();
    await vi.advanceTimersByTimeAsync(900);
    expect(await next).toEqual({ done: false, value: 'b' });
    await items.return?.();
  });

  it('do not count what is not the time of the provider, except totalMs', async () => {
    const load = (timeouts: { headersMs?: number; totalMs?: number }) =>
      runAttempts(plan({ timeouts }), async (io) => {
        await io.untimed(new Promise((resolve) => setTimeout(resolve, 5000)));
        await new Promise((resolve) => setTimeout(resolve, 900));
        return 'done';
      }).catch((error: unknown) => (error as Error).message);
    const loaded = load({ headersMs: 1000 });
    const late = load({ totalMs: 1000 });
    await vi.runAllTimersAsync();
    expect(await loaded).toBe('done');
    expect(await late).toContain('timeouts.totalMs');
  });

  it('totalMs spans all attempts and is not retried', async () => {
    let attempts = 0;
    const call = runAttempts(
      plan({ timeouts: { totalMs: 2500, headersMs: 1000 }, retry: { attempts: 9, initialDelayMs: 0 } }),
      () => {
        attempts++;
        return never();
      },
    );
    const outcome = call.catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(2501);
    expect(await outcome).toMatchObject({ retryable: false, message: expect.stringContaining('totalMs') });
    expect(attempts).toBe(3);
  });

  it('longer than timers can be are no timeouts at once', async () => {
    const call = runAttempts(
      plan({ timeouts: { headersMs: 2 ** 40, totalMs: 2 ** 40 } }),
      async () => 'done',
    );
    expect(await call).toBe('done');
  });

  it('are over when the answer is complete', async () => {
    const items = streamAttempts(plan({ timeouts: { idleMs: 100 } }), async function* (io) {
      io.content();
      io.answered();
      await new Promise((resolve) => setTimeout(resolve, 5000));
      yield ['usage'];
    });
    const end = drain(items);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await end).toEqual({ items: ['usage'], error: null });
  });
});
