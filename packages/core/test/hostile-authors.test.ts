import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { batchUnderLimit, redact, setHookDispatcher, thunkFromEvents } from '../src/implement/index.js';
import {
  BackendError,
  type BatchGenerationError,
  CBlock,
  ComponentParseError,
  GenerationCancelledError,
  type GenerationEvent,
  ImageBlock,
  type ModelOptions,
  ModelOutputThunk,
  RateLimitError,
  type RawItem,
  Requirement,
  setLogger,
} from '../src/index.js';
import {
  drain,
  events,
  FunctionBackend,
  failureOf,
  Group,
  PlainContext,
  pushSource,
} from './support/doubles.js';

/** What authors, plugins, schemas and loggers do wrong: no thunk hangs, nothing leaks, nothing is unhandled. */
const ctx = new PlainContext();
const unhandled: unknown[] = [];
const remember = (reason: unknown): unknown => unhandled.push(reason);
beforeEach(() => process.on('unhandledRejection', remember));
afterEach(async () => {
  await drain();
  process.off('unhandledRejection', remember);
  setLogger(null);
  setHookDispatcher(null);
  expect(unhandled.splice(0)).toEqual([]);
});

async function* throwing(error: unknown): AsyncGenerator<GenerationEvent> {
  yield { type: 'text', text: 'part' };
  throw error;
}

describe('sources', () => {
  it.each([
    ['an object without text', Object.create(null)],
    ['undefined', undefined],
    ['a frozen error', Object.freeze(new BackendError('frozen', { provider: 'p', model: 'm' }))],
  ])('throw %s: the thunk fails and keeps its text', async (_, error) => {
    const thunk = thunkFromEvents(() => throwing(error));
    expect(BackendError.is(await failureOf(thunk.avalue()))).toBe(true);
    expect([thunk.settled, thunk.partialValue]).toEqual([true, 'part']);
  });

  it('tell what is no event: they are closed', async () => {
    let closed = false;
    async function* source() {
      try {
        yield { type: 'nope' } as never;
      } finally {
        closed = true;
      }
    }
    await failureOf(thunkFromEvents(source).avalue());
    expect(closed).toBe(true);
  });

  it('are iterators that only close by return(): they are told when they are let go', async () => {
    let returned = 0;
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => undefined),
        return: async () => ({ value: undefined, done: true as const, count: ++returned }),
      }),
    };
    const thunk = thunkFromEvents(() => source);
    await drain();
    await thunk.cancelGeneration();
    expect([returned, thunk.cancelled]).toEqual([1, true]);
  });

  it('fail to close with a secret in the message: the logger does not get it', async () => {
    const logged: unknown[] = [];
    const log = (_: string, fields?: unknown): unknown => logged.push(fields);
    setLogger({ debug: log, info: log, warn: log, error: log });
    class Secretive extends FunctionBackend {
      override _secrets(): readonly string[] {
        return ['hunter2secret'];
      }
    }
    const [thunk] = await new Secretive(async function* () {
      try {
        yield* events('x');
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: the fault that is tested.
        throw new Error('closing with hunter2secret');
      }
    }).generateFromContext('x', ctx);
    expect(await thunk.avalue()).toBe('x');
    expect(String((logged[0] as { error: Error }).error)).toBe('Error: closing with [redacted]');
  });
});

describe('parsing', () => {
  it('a cancel or an abort while it runs is heeded', async () => {
    const slow = (): Promise<never> => new Promise(() => undefined);
    const cancelled = thunkFromEvents(() => events('whole'), { parse: slow });
    await drain();
    await cancelled.cancelGeneration();
    expect([cancelled.cancelled, cancelled.value, cancelled.parsedRepr]).toEqual([true, 'whole', null]);
    const controller = new AbortController();
    let release = (): void => undefined;
    const parse = (): Promise<string> => new Promise((resolve) => (release = () => resolve('late')));
    const aborted = thunkFromEvents(() => events('whole'), { parse, signal: controller.signal });
    await drain();
    controller.abort();
    release();
    expect(GenerationCancelledError.is(await failureOf(aborted.avalue()))).toBe(true);
  });

  it('a schema that throws is a ComponentParseError, in a stream and in a batch', async () => {
    const format = z.object({ url: z.string().transform((text) => new URL(text)) });
    const text = '{"url":"no url"}';
    class Formats extends FunctionBackend {
      override readonly capabilities = { ...new FunctionBackend().capabilities, format: true };
    }
    const backend = new Formats(() => events(text));
    const [thunk] = await backend.generateFromContext('x', ctx, { format });
    expect(ComponentParseError.is(await failureOf(thunk.avalue()))).toBe(true);
    backend.raw = async () => [{ text, finishReason: 'stop' }];
    const error = (await failureOf(backend.generateFromRaw(['x'], ctx, { format }))) as BatchGenerationError;
    expect(ComponentParseError.is(error.results[0])).toBe(true);
  });
});

describe('plugins and loggers', () => {
  it('a plugin and a logger that both throw do not keep an error from its caller', async () => {
    const bad = (): never => {
      throw new Error('logger');
    };
    setLogger({ debug: bad, info: bad, warn: bad, error: bad });
    setHookDispatcher({
      capture: () => ({
        has: (type) => type === 'generation_error',
        dispatch: async () => {
          throw new Error('plugin');
        },
      }),
    });
    const [thunk] = await new FunctionBackend(() => throwing(new Error('real'))).generateFromContext(
      'x',
      ctx,
      {
        modelOptions: { seed: 1 },
      },
    );
    expect((await failureOf(thunk.avalue())).message).toContain('real');
  });

  it('a post hook that throws is not followed by an error hook, in a batch either (7)', async () => {
    const told: string[] = [];
    setHookDispatcher({
      capture: () => ({
        has: () => true,
        dispatch: async (type, payload) => {
          told.push(type);
          if (type.endsWith('post_call')) throw new Error('plugin');
          return payload;
        },
      }),
    });
    const backend = new FunctionBackend();
    expect((await failureOf(backend.generateFromRaw(['a'], ctx))).message).toBe('plugin');
    const [thunk] = await backend.generateFromContext('x', ctx);
    await failureOf(thunk.avalue());
    expect(told).toEqual([
      'generation_batch_pre_call',
      'generation_batch_post_call',
      'generation_pre_call',
      'generation_post_call',
    ]);
    expect([thunk.parsedRepr, thunk.isComputed()]).toEqual([null, false]);
  });
});

describe('raw batches', () => {
  it('aborted, every item that broke by it is GenerationCancelledError, and what had arrived is kept (4.3)', async () => {
    const controller = new AbortController();
    const backend = new FunctionBackend();
    backend.raw = (call) =>
      batchUnderLimit({ ...call, maxConcurrency: 2 }, { provider: 'p', model: 'm' }, async (_, index) => {
        if (index === 0) return { text: 'done', finishReason: 'stop' };
        if (index === 1) return new Promise<never>(() => queueMicrotask(() => controller.abort()));
        return new Promise<RawItem>((_resolve, reject) => {
          call.signal.addEventListener('abort', () => reject(new Error('AbortError')));
        });
      }) as Promise<never[]>;
    const error = (await failureOf(
      backend.generateFromRaw(['a', 'b', 'c', 'd'], ctx, { signal: controller.signal }),
    )) as BatchGenerationError;
    expect((error.results[0] as ModelOutputThunk).value).toBe('done');
    expect(error.results.slice(1).every((one) => GenerationCancelledError.is(one))).toBe(true);
    expect(GenerationCancelledError.is(error.cause)).toBe(true);
  });

  it('a foreign error in the list is scrubbed (4.7)', async () => {
    const backend = new FunctionBackend();
    backend.raw = async () => [new Error('key sk-abcdefghijkl leaked') as never];
    const error = (await failureOf(backend.generateFromRaw(['a'], ctx))) as BatchGenerationError;
    expect(BackendError.is(error.results[0])).toBe(true);
    expect(JSON.stringify([error, error.message, String(error.cause)])).not.toContain('abcdefghijkl');
  });

  it('streaming and tools are not honoured, which is said (4.5)', async () => {
    const [thunk] = await new FunctionBackend().generateFromRaw(['a'], ctx, {
      modelOptions: { stream: true },
    });
    expect(thunk?.generation.warnings.map(({ option }) => option)).toEqual(['stream']);
  });
});

describe('secrets and sizes', () => {
  it('the log leaves out the options of a provider: they may hold credentials, or cycles', async () => {
    const agent: Record<string, unknown> = {};
    agent.self = agent;
    const providerOptions = { test: { headers: { authorization: 'Bearer secret-token' }, agent } };
    const [thunk] = await new FunctionBackend().generateFromContext('x', ctx, {
      modelOptions: { temperature: 0, providerOptions },
    });
    await thunk.avalue();
    expect(thunk.generateLog?.modelOptions).toEqual({ temperature: 0 });
    expect(JSON.stringify([thunk.generateLog, thunk])).not.toContain('secret-token');
  });

  it('known secrets are taken out longest first, and keys of known shapes wherever they stand', () => {
    expect(redact('abcdefgh', ['abcd', 'abcdefgh'])).toBe('[redacted]');
    for (const key of ['sk-proj-abc_DEF123', 'hf_abcdefghijkl_qrstu', 'AIzaSyA_1234567890abc']) {
      expect(redact(`key ${key} used`)).toBe('key [redacted] used');
    }
    expect(redact('https://user:hunter22@host/path?api_key=abcdef12&x=1')).not.toMatch(/hunter22|abcdef12/);
    expect(redact('Go skiing, take risks.')).toBe('Go skiing, take risks.');
  });

  it('a long run of padding is no work, and a shared part is visited once for all roots', async () => {
    expect(ImageBlock.isValidBase64Png(`iVBORw0KGgo${'='.repeat(200_000)}x`)).toBe(false);
    let asked = 0;
    class Counted extends Group {
      override parts() {
        asked += 1;
        return super.parts();
      }
    }
    const shared = new Counted([new CBlock('x')]);
    await new FunctionBackend().doGenerateWalks(Array.from({ length: 100 }, () => new Counted([shared])));
    expect(asked).toBe(101);
  });

  it('a hundred generations on one signal leave one listener while they run, and none after', async () => {
    const controller = new AbortController();
    let listeners = 0;
    const add = controller.signal.addEventListener.bind(controller.signal);
    const remove = controller.signal.removeEventListener.bind(controller.signal);
    controller.signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    controller.signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    const sources = Array.from({ length: 100 }, () => pushSource());
    const thunks = sources.map(({ source }) => thunkFromEvents(source, { signal: controller.signal }));
    await drain();
    expect(listeners).toBe(1);
    for (const { push } of sources) push({ type: 'finish', reason: 'stop' });
    await Promise.all(thunks.map((thunk) => thunk.avalue()));
    expect(listeners).toBe(0);
    const late = thunkFromEvents(pushSource().source, { signal: controller.signal });
    controller.abort();
    expect(GenerationCancelledError.is(await failureOf(late.avalue()))).toBe(true);
  });
});

describe('small things that hang or lie', () => {
  it('an error class that was not named is known by its own class alone', () => {
    class Own extends BackendError {}
    expect([Own.is({}), Own.is(new Error('x')), Own.is([])]).toEqual([false, false, false]);
    const own = new Own('x', { provider: 'p', model: 'm' });
    expect([Own.is(own), BackendError.is(own), RateLimitError.is(own)]).toEqual([true, true, false]);
  });

  it('a reader that leaves while it waits is let go', async () => {
    const { source } = pushSource();
    const thunk = thunkFromEvents(source);
    const reader = thunk[Symbol.asyncIterator]();
    const waiting = reader.next();
    await reader.return?.();
    expect(await waiting).toEqual({ value: undefined, done: true });
    await thunk.cancelGeneration();
  });

  it('a value that is set on a complete, unread thunk is the value', async () => {
    const thunk = thunkFromEvents(() => events('old'));
    await drain();
    thunk.value = 'new';
    expect([await thunk.avalue(), thunk.partialValue]).toEqual(['new', 'new']);
  });

  it('a thunk that depends on a cancelled one was not cancelled itself', async () => {
    const backend = new FunctionBackend();
    const controller = new AbortController();
    const part = thunkFromEvents(pushSource().source, { signal: controller.signal });
    const [thunk] = await backend.generateFromContext(new Group([part]), ctx);
    controller.abort();
    await failureOf(thunk.avalue());
    expect([part.cancelled, thunk.cancelled]).toEqual([true, false]);
  });

  it('a context that cannot take the thunk rejects before anything runs', async () => {
    class Picky extends PlainContext {
      override add(part: Parameters<PlainContext['add']>[0]): this {
        if (part instanceof ModelOutputThunk) throw new Error('no thunks');
        return super.add(part);
      }
    }
    const backend = new FunctionBackend();
    expect((await failureOf(backend.generateFromContext('x', new Picky()))).message).toBe('no thunks');
    await drain();
    expect(backend.calls).toHaveLength(0);
  });

  it('options that are no options say so', async () => {
    const run = (modelOptions: unknown): Promise<Error> =>
      failureOf(
        new FunctionBackend().generateFromContext('x', ctx, { modelOptions: modelOptions as ModelOptions }),
      );
    expect((await run(null)).message).toBe('modelOptions must be an object, got null.');
    for (const tools of [[null], new Map(), 'x']) {
      expect((await run({ tools })).message).toMatch(
        /^modelOptions\.tools must be an array or a record of tools/,
      );
    }
  });

  it('a clone has symbol-keyed fields too, and objects without a prototype are copied', () => {
    const key = Symbol('count');
    class Keyed extends Requirement {
      [key] = [1];
      bare: Record<string, number> = Object.assign(Object.create(null), { n: 1 });
    }
    const original = new Keyed('x');
    const copy = original.clone();
    copy[key].push(2);
    copy.bare.n = 2;
    expect([original[key], original.bare.n, copy[key]]).toEqual([[1], 1, [1, 2]]);
  });
});
