import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { thunkFromEvents } from '../src/implement/index.js';
import {
  BackendError,
  GenerationCancelledError,
  IncompleteStreamError,
  type ModelOutputThunk,
  setLogger,
} from '../src/index.js';
import { collect, drain, events, failureOf, pushSource } from './support/doubles.js';

/** Every test of this file: no unhandled rejection, no timer and no listener is left behind. */
const unhandled: unknown[] = [];
const remember = (reason: unknown): unknown => unhandled.push(reason);
let timersBefore = 0;
const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

beforeEach(() => {
  unhandled.length = 0;
  timersBefore = timers();
  process.on('unhandledRejection', remember);
});

afterEach(async () => {
  await drain();
  process.off('unhandledRejection', remember);
  expect(unhandled).toEqual([]);
  expect(timers()).toBeLessThanOrEqual(timersBefore);
});

/** A signal that counts its listeners. */
function countingSignal(): { signal: AbortSignal; abort(reason?: unknown): void; listeners(): number } {
  const controller = new AbortController();
  let count = 0;
  const { signal } = controller;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    count += 1;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    count -= 1;
    remove(...args);
  };
  return { signal, abort: (reason) => controller.abort(reason), listeners: () => count };
}

async function* failing(...before: string[]) {
  for (const text of before) yield { type: 'text', text } as const;
  throw new Error('boom');
}

/** What every kind of reader gets of a failed thunk. */
async function expectFailure(thunk: ModelOutputThunk, before: string): Promise<Error> {
  const error = await failureOf(thunk.avalue());
  expect(await failureOf(thunk.avalue())).toBe(error);
  const seen: string[] = [];
  const loop = failureOf(
    (async () => {
      for await (const delta of thunk) seen.push(delta);
    })(),
  );
  expect(await loop).toBe(error);
  expect(seen.join('')).toBe(before);
  if (before !== '') expect(await thunk.astream()).toBe(before);
  expect(await failureOf(thunk.astream())).toBe(error);
  expect(await failureOf(collect(thunk))).toBe(error);
  expect([thunk.isComputed(), thunk.settled, thunk.value, thunk.partialValue]).toEqual([
    false,
    true,
    null,
    before,
  ]);
  return error;
}

describe('a source that fails', () => {
  it('before the first delta', async () => {
    const error = await expectFailure(
      thunkFromEvents(() => failing()),
      '',
    );
    expect(BackendError.is(error) && error.code).toBe('backend');
  });

  it('in the middle: the text that came is kept and shown', async () => {
    const error = await expectFailure(
      thunkFromEvents(() => failing('a', 'b')),
      'ab',
    );
    expect(BackendError.is(error) && error.partialText).toBe('ab');
  });

  it('after the last delta, before its end marker', async () => {
    async function* source() {
      yield { type: 'text', text: 'all' } as const;
      yield { type: 'usage', usage: { promptTokens: 1, completionTokens: 2, totalTokens: 3 } } as const;
      throw new Error('late');
    }
    const thunk = thunkFromEvents(source);
    await expectFailure(thunk, 'all');
    expect(thunk.generation.usage?.totalTokens).toBe(3);
  });

  it('after its end marker: what follows `finish` is ignored (4.8)', async () => {
    async function* source() {
      yield* events('fine');
      throw new Error('too late to matter');
    }
    expect(await thunkFromEvents(source).avalue()).toBe('fine');
  });

  it('while it is being closed: the answer is complete, so that is only logged (4.8)', async () => {
    const logged: string[] = [];
    const log = (message: string): unknown => logged.push(message);
    setLogger({ debug: log, info: log, warn: log, error: log });
    async function* source() {
      try {
        yield* events('x');
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: the fault that is tested.
        throw new Error('close');
      }
    }
    expect(await thunkFromEvents(source).avalue()).toBe('x');
    setLogger(null);
    expect(logged).toEqual(['custom: closing the source failed.']);
  });

  it('to close at all: the answer is given after the grace period', async () => {
    async function* source() {
      try {
        yield* events('x');
      } finally {
        await new Promise<never>(() => undefined);
      }
    }
    expect(await thunkFromEvents(source).avalue()).toBe('x');
  });

  it('by telling what is no event', async () => {
    for (const [event, message] of [
      [{ type: 'text' }, 'The text of a text event must be of type string, got undefined'],
      [{ type: 'token', text: 'x' }, 'unknown event: string "token"'],
      [{ type: 'thinking' }, 'The text of a thinking event must be of type string'],
      [{ type: 'tool_call', args: {} }, 'The name of a tool_call event'],
      [{ type: 'tool_call', name: 'x' }, 'The args of a tool_call event must be of type object'],
      [{ type: 'finish' }, 'The reason of a finish event'],
      [null, 'null'],
    ] as const) {
      async function* source() {
        yield event as never;
      }
      expect((await failureOf(thunkFromEvents(source).avalue())).message).toContain(message);
    }
  });

  it('by throwing before it gives an iterable, or by giving none', async () => {
    const throwing = thunkFromEvents(() => {
      throw new Error('at once');
    });
    expect((await failureOf(throwing.avalue())).message).toContain('at once');
    const none = thunkFromEvents(() => undefined as unknown as AsyncIterable<never>);
    expect((await failureOf(none.avalue())).message).toContain('async iterable of events, got undefined');
  });

  it('by ending without an end marker: never a short success (2.6)', async () => {
    async function* source() {
      yield { type: 'text', text: 'half' } as const;
    }
    const error = await expectFailure(thunkFromEvents(source), 'half');
    expect(IncompleteStreamError.is(error) && [error.retryable, error.partialText]).toEqual([true, 'half']);
  });

  it('and nobody looks: nothing is reported as unhandled', async () => {
    thunkFromEvents(() => failing('a'));
    await drain();
  });
});

describe('cancelling', () => {
  it('a source that never ends: readers end, pending values get the part', async () => {
    const { source, text, state } = pushSource();
    const thunk = thunkFromEvents(source);
    const value = thunk.avalue();
    const loop = collect(thunk);
    text('one ');
    text('two');
    await drain();
    await thunk.cancelGeneration('enough');
    expect([await value, await loop]).toEqual(['one two', ['one ', 'two']]);
    expect([thunk.value, thunk.cancelled, thunk.parsedRepr, thunk.settled]).toEqual([
      'one two',
      true,
      null,
      true,
    ]);
    expect(state.returned).toBe(true);
    await thunk.cancelGeneration();
  });

  it('a source that ignores its signal is let go after its grace period, and what it says later is not heard', async () => {
    let go = (): void => undefined;
    async function* deaf() {
      yield { type: 'text', text: 'a' } as const;
      await new Promise<void>((resolve) => (go = resolve));
      yield { type: 'text', text: 'late' } as const;
      throw new Error('nobody hears this');
    }
    const thunk = thunkFromEvents(deaf);
    await drain();
    await thunk.cancelGeneration();
    expect([thunk.value, thunk.cancelled]).toEqual(['a', true]);
    go();
    await drain();
    expect([thunk.value, thunk.partialValue, await collect(thunk)]).toEqual(['a', 'a', ['a']]);
  });

  it('a source that never stops telling is closed; usage told after the abort counts, text does not', async () => {
    const usage = { promptTokens: 1, completionTokens: 1, totalTokens: 2 };
    async function* chatty() {
      for (let i = 0; ; i++) {
        yield { type: 'text', text: `${i}` } as const;
        yield { type: 'usage', usage: { ...usage, totalTokens: i } } as const;
        if (i % 10 === 0) await drain();
      }
    }
    const thunk = thunkFromEvents(chatty);
    await drain();
    const before = thunk.partialValue;
    await thunk.cancelGeneration();
    expect([thunk.value, thunk.cancelled]).toEqual([before, true]);
    expect(thunk.generation.usage?.totalTokens).toBeGreaterThan(0);
  });

  it('before the first event, twice at once, and after the end', async () => {
    const { source } = pushSource();
    const early = thunkFromEvents(source);
    await Promise.all([early.cancelGeneration(), early.cancelGeneration()]);
    expect([early.value, early.cancelled]).toEqual(['', true]);

    const done = thunkFromEvents(() => events('done'));
    await drain();
    await done.cancelGeneration();
    expect([done.value, done.cancelled, done.parsedRepr]).toEqual(['done', false, 'done']);
  });

  it('await using cancels what still runs, and only that', async () => {
    const { source, text, state } = pushSource();
    const thunk = thunkFromEvents(source);
    {
      await using mine = thunk;
      text('x');
      expect(await mine.astream()).toBe('x');
    }
    expect([thunk.cancelled, state.returned]).toEqual([true, true]);
  });

  it('by a signal is a failure, with the flag (4.6)', async () => {
    const { source, text } = pushSource();
    const { signal, abort, listeners } = countingSignal();
    const thunk = thunkFromEvents(source, { signal });
    text('part');
    await drain();
    abort('no more');
    const error = await expectFailure(thunk, 'part');
    expect(GenerationCancelledError.is(error) && error.cause).toBe('no more');
    expect([thunk.cancelled, listeners()]).toEqual([true, 0]);
  });

  it('a signal that outlives many generations keeps no listener of theirs', async () => {
    const { signal, listeners } = countingSignal();
    for (let i = 0; i < 50; i++) await thunkFromEvents(() => events('x'), { signal }).avalue();
    await failureOf(thunkFromEvents(() => failing(), { signal }).avalue());
    expect(listeners()).toBe(0);
  });

  it('while a source hangs in a plain promise: an abort by signal also ends after the grace period', async () => {
    const controller = new AbortController();
    async function* hung() {
      yield { type: 'text', text: 'a' } as const;
      await new Promise<never>(() => undefined);
    }
    const thunk = thunkFromEvents(hung, { signal: controller.signal });
    await drain();
    controller.abort();
    expect(GenerationCancelledError.is(await failureOf(thunk.avalue()))).toBe(true);
  });
});

describe('readers', () => {
  it('each is independent and begins at the first delta, also later and after astream()', async () => {
    const { source, text, push } = pushSource();
    const thunk = thunkFromEvents(source);
    text('a');
    expect(await thunk.astream()).toBe('a');
    const during = collect(thunk);
    text('b');
    push({ type: 'finish', reason: 'stop' });
    expect(await during).toEqual(['a', 'b']);
    expect(thunk.isComputed()).toBe(true);
    expect(await collect(thunk)).toEqual(['a', 'b']);
    expect(await collect(thunk.toReadableStream())).toEqual(['a', 'b']);
  });

  it('one that leaves ends itself only', async () => {
    const { source, text, push } = pushSource();
    const thunk = thunkFromEvents(source);
    text('a');
    for await (const delta of thunk) {
      expect(delta).toBe('a');
      break;
    }
    const reader = thunk.toReadableStream().getReader();
    await reader.read();
    await reader.cancel();
    text('b');
    push({ type: 'finish', reason: 'stop' });
    expect(await thunk.avalue()).toBe('ab');
  });

  it('a thousand at once, one of them never reading on', async () => {
    const { source, text, push } = pushSource();
    const thunk = thunkFromEvents(source);
    const stuck = thunk[Symbol.asyncIterator]();
    text('0');
    await stuck.next();
    const all = Array.from({ length: 1000 }, () => collect(thunk));
    for (let i = 1; i < 20; i++) {
      text(String(i));
      await drain();
    }
    push({ type: 'finish', reason: 'stop' });
    const expected = Array.from({ length: 20 }, (_, i) => String(i));
    for (const seen of await Promise.all(all)) expect(seen).toEqual(expected);
  });

  it('nobody: it runs to its end, and is not computed before its end was handed out (2.3)', async () => {
    const thunk = thunkFromEvents(() => events('a', 'b'));
    await drain();
    expect([thunk.settled, thunk.isComputed(), thunk.value, thunk.partialValue]).toEqual([
      true,
      false,
      null,
      'ab',
    ]);
    let printed = '';
    while (!thunk.isComputed()) printed += await thunk.astream();
    expect([printed, thunk.value]).toEqual(['ab', 'ab']);
  });

  it('two astream() calls at once share the text, and lose none of it', async () => {
    const { source, text, push } = pushSource();
    const thunk = thunkFromEvents(source);
    const both = [thunk.astream(), thunk.astream()];
    text('a');
    await drain();
    text('b');
    push({ type: 'finish', reason: 'stop' });
    expect(await Promise.all(both)).toEqual(['a', 'b']);
  });

  it('a thunk is never thenable, so that async functions can give one back (2.8)', async () => {
    const thunk = thunkFromEvents(pushSource().source);
    expect('then' in thunk).toBe(false);
    expect(await (async () => thunk)()).toBe(thunk);
    await thunk.cancelGeneration();
  });
});

describe('cost', () => {
  it('200,000 deltas: each is taken once, and the text is not copied per delta', async () => {
    async function* source() {
      for (let i = 0; i < 200_000; i++) yield { type: 'text', text: 'abcd' } as const;
      yield { type: 'finish', reason: 'stop' } as const;
    }
    const thunk = thunkFromEvents(source);
    let seen = 0;
    for await (const delta of thunk) seen += delta.length;
    expect([seen, thunk.value?.length]).toEqual([800_000, 800_000]);
  });
});
