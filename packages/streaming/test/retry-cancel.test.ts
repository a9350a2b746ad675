import type { Context, GenerateOptions, ModelOutputThunk } from '@melliflow/core';
import { setHookDispatcher } from '@melliflow/core/implement';
import { ScriptedBackend } from '@melliflow/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type StreamChunkingResult, streamWithChunking } from '../src/index.js';
import { collect, type Deferred, deferred, Forbids, PlainContext } from './support/stream-doubles.js';

afterEach(() => {
  vi.useRealTimers();
  setHookDispatcher(null);
});
const ctx = new PlainContext();
const bad = { deltas: ['One. T', 'wo. Th', 'ree. Fo', 'ur.'], hangs: true };
const options = { requirements: [new Forbids('Three')], retry: { attempts: 3, mode: 'resume' } } as const;

/** Its second call begins when the test says so, whatever the signal says. */
class Deaf extends ScriptedBackend {
  readonly asked: Deferred<void> = deferred();
  readonly mayBegin: Deferred<void> = deferred();
  started = 0;
  late: ModelOutputThunk | null = null;
  override async generateFromContext(...given: unknown[]): Promise<never> {
    const [action, before, options] = given as [string, Context, GenerateOptions];
    this.started += 1;
    if (this.started === 1) return (await super.generateFromContext(action, before, options)) as never;
    this.asked.resolve();
    await this.mayBegin.promise;
    const [thunk, after] = await super.generateFromContext(action, before, {});
    this.late = thunk;
    return [thunk, after] as never;
  }
}

const outcome = (stream: StreamChunkingResult): unknown[] => [
  stream.account.verdict,
  stream.completed,
  stream.fullText,
];

describe('a cancel while a new attempt is asked for', () => {
  it('waits a second for a backend that ignores the signal; what begins afterwards ends at once', async () => {
    const backend = new Deaf([bad]);
    const stream = await streamWithChunking('Count.', backend, ctx, options);
    await backend.asked.promise;
    vi.useFakeTimers();
    const cancelled = stream.cancel();
    await vi.advanceTimersByTimeAsync(999);
    expect(stream.account.verdict).toBe(null);
    await vi.advanceTimersByTimeAsync(2);
    await cancelled;
    expect(outcome(stream)).toEqual(['cancelled', false, 'One. Two.']);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    backend.mayBegin.resolve();
    await vi.waitFor(() => expect(backend.late?.cancelled).toBe(true));
  });

  it('of `result.thunk`, the thunk of the attempt that failed, counts as cancel()', async () => {
    const backend = new Deaf([bad]);
    const stream = await streamWithChunking('Count.', backend, ctx, options);
    await backend.asked.promise;
    const { thunk } = stream;
    expect(thunk.settled).toBe(true);
    const cancelled = thunk.cancelGeneration('enough');
    backend.mayBegin.resolve();
    await cancelled;
    expect(outcome(stream)).toEqual(['cancelled', false, 'One. Two.']);
    expect((await collect(stream.events())).map(({ type }) => type)).not.toContain('error');
    expect((await collect(stream.events())).at(-1)).toMatchObject({ type: 'completed', success: false });
  });

  it('of the thunk of a former attempt does nothing: it is no more the thunk of the stream', async () => {
    const script = [bad, { deltas: [' 3. ', 'Four.'], delayMs: 1 }];
    const stream = await streamWithChunking('Count.', new ScriptedBackend(script), ctx, options);
    const former = stream.thunk;
    for await (const event of stream.events()) if (event.type === 'retry') await former.avalue();
    await former.cancelGeneration();
    expect(outcome(stream)).toEqual(['passed', true, 'One. Two. 3. Four.']);
  });

  it('of `result.thunk` while the whole is judged counts as cancel(), too', async () => {
    const judging = deferred();
    class Slow extends Forbids {
      override validate(): Promise<never> {
        judging.resolve();
        return new Promise(() => undefined);
      }
    }
    const backend = new ScriptedBackend([{ deltas: ['One.'] }]);
    const stream = await streamWithChunking('go', backend, ctx, { requirements: [new Slow('x')] });
    await judging.promise;
    await stream.thunk.cancelGeneration();
    expect(outcome(stream)).toEqual(['cancelled', false, 'One.']);
  });

  it('before the retry is told takes its place: nobody hears of an attempt that is not made', async () => {
    const held: { stream?: StreamChunkingResult } = {};
    setHookDispatcher({
      capture: () => ({
        has: (type) => type === 'streaming_event',
        dispatch: async (_, payload) => {
          const { event } = payload as { event: { type: string; passed?: boolean } };
          if (event.type === 'quick_check' && event.passed === false) void held.stream?.cancel();
          return payload;
        },
      }),
    });
    const stream = await streamWithChunking('Count.', new ScriptedBackend([bad]), ctx, options);
    held.stream = stream as StreamChunkingResult;
    const types = (await collect(stream.events())).map(({ type }) => type);
    expect(types).not.toContain('retry');
    expect(stream.account.verdict).toBe('cancelled');
  });
});
