import {
  AuthenticationError,
  type BatchGenerationError,
  ConnectionError,
  ContextLengthError,
  MelliflowError,
  QuotaError,
  RateLimitError,
  Requirement,
  ServerError,
  ValidationResult,
} from '@melliflow/core';
import { type ScriptedAnswer, ScriptedBackend, type ScriptedBackendInit } from '@melliflow/testing';
import { describe, expect, it } from 'vitest';
import { cache, fallback, isOutage, UnmetRequirementsError } from '../src/index.js';
import { ask, begin, context, failure, stream, warned } from './support/ask.js';

const origin = { provider: 'scripted', model: 'a' };
const scripted = (modelId: string, answer: ScriptedAnswer, init: ScriptedBackendInit = {}): ScriptedBackend =>
  new ScriptedBackend([answer], { modelId, ...init });
const usage = (tokens: number) => ({ promptTokens: tokens, completionTokens: 1, totalTokens: tokens + 1 });
const down = scripted('a', { error: new ServerError('down', { ...origin, status: 503 }) });

describe('who answers', () => {
  it('is the first that can, and the others are not asked', async () => {
    const [a, b] = [scripted('a', { deltas: ['from a'] }), scripted('b', { deltas: ['from b'] })];
    const thunk = await ask(fallback([a, b]));
    expect([thunk.value, thunk.generation.model, b.calls.length]).toEqual(['from a', 'a', 0]);
    expect(thunk.generation.warnings).toEqual([]);
  });

  it('is told by provider and model, of whole answers and of raw ones', async () => {
    class Elsewhere extends ScriptedBackend {
      override readonly provider: string = 'elsewhere';
    }
    const backend = fallback([down, new Elsewhere([{ deltas: ['ok'] }], { modelId: 'b' })]);
    const [raw] = await backend.generateFromRaw(['Go.'], context);
    for (const thunk of [await ask(backend), raw]) {
      expect(thunk?.generation).toMatchObject({ provider: 'elsewhere', model: 'b' });
    }
  });

  it('is the next one when the first fails before its first output, and the warning says who and why', async () => {
    const thunk = await ask(
      fallback([down, scripted('b', { deltas: ['from ', 'b'] })]),
      'a secret prompt',
      stream,
    );
    expect([thunk.value, thunk.generation.model]).toEqual(['from b', 'b']);
    expect(thunk.generation.warnings).toEqual([
      {
        kind: 'other',
        option: 'fallback',
        message: 'scripted a did not answer (server, HTTP 503); scripted b is asked instead.',
      },
    ]);
  });

  it.each([
    ['text', { deltas: ['some '] }],
    ['thinking', { thinking: 'hm' }],
    ['a tool call', { toolCalls: [{ name: 'now', args: {} }] }],
  ])('stays the first once it gave %s', async (_, part) => {
    const error = new ServerError('down', origin);
    const b = scripted('b', { deltas: ['from b'] });
    const thunk = await begin(fallback([scripted('a', { ...part, error }), b]), 'Go.', stream);
    expect(await failure(thunk.avalue())).toBe(error);
    expect(b.calls).toHaveLength(0);
  });

  it('is the next one when the first ends without its end marker', async () => {
    const thunk = await ask(fallback([scripted('a', { finish: null }), scripted('b', { deltas: ['b'] })]));
    expect(warned(thunk, 'fallback')).toEqual([expect.stringContaining('incomplete_stream')]);
  });

  it('is nobody else when the request is at fault, unless the caller says so', async () => {
    const tooLong = scripted('a', { error: new ContextLengthError('too long', origin) });
    const b = scripted('b', { deltas: ['from b'] });
    const thunk = await begin(fallback([tooLong, b]));
    expect(await failure(thunk.avalue())).toMatchObject({ code: 'context_length', message: 'too long' });
    const seen: unknown[] = [];
    const on = (error: MelliflowError, { failed, next }: { failed: unknown; next: unknown }): boolean => {
      seen.push(failed, next);
      return isOutage(error) || ContextLengthError.is(error);
    };
    expect((await ask(fallback([tooLong, b], { on }))).value).toBe('from b');
    expect(seen).toEqual([tooLong, b]);
  });

  it('tells outages from faults of the request', () => {
    const made = [RateLimitError, QuotaError, ConnectionError, AuthenticationError, ContextLengthError];
    expect(made.map((Class) => isOutage(new Class('x', origin)))).toEqual([true, true, true, false, false]);
    expect(isOutage(new MelliflowError('x'))).toBe(false);
  });

  it('is asked with its own defaults under the options of the call', async () => {
    const b = scripted('b', { deltas: ['b'] }, { modelOptions: { seed: 2, topP: 0.5, temperature: 1 } });
    const a = new ScriptedBackend([{ error: new ServerError('down', origin) }], {
      modelOptions: { seed: 1, temperature: 1 },
    });
    const backend = fallback([a, b]);
    expect(backend.modelOptions).toEqual({ temperature: 1 });
    await ask(backend, 'Go.', { modelOptions: { seed: 7 } });
    expect([a.calls[0]?.modelOptions, b.calls[0]?.modelOptions]).toEqual([
      { seed: 7, temperature: 1 },
      { seed: 7, temperature: 1, topP: 0.5 },
    ]);
  });

  it('claims what all can do', () => {
    const b = scripted('b', {}, { capabilities: { tools: false, images: true } });
    expect(fallback([down, b]).capabilities).toMatchObject({ streaming: true, tools: false, images: false });
  });
});

describe('when all fail', () => {
  it('the error is that of the last, of its class, and its cause has all', async () => {
    const last = new RateLimitError('too many', { ...origin, model: 'b', status: 429, retryAfterMs: 7000 });
    const thunk = await begin(fallback([down, scripted('b', { error: last })]), 'a secret prompt');
    const error = await failure(thunk.avalue());
    expect(RateLimitError.is(error)).toBe(true);
    expect(error).toMatchObject({ model: 'b', status: 429, retryAfterMs: 7000, retryable: true });
    expect(error.message).toBe('too many Asked before: scripted a (server, HTTP 503).');
    const { errors } = error.cause as AggregateError;
    expect(errors.map((one: MelliflowError) => one.code)).toEqual(['server', 'rate_limit']);
    expect(thunk.partialValue).toBe('');
  });

  it('the error keeps the nearest class that is made as ours are', async () => {
    class Odd extends ServerError {
      constructor(made: { readonly words: { readonly first: string } }) {
        super(made.words.first, { ...origin, status: 500 });
      }
    }
    class Shy extends ServerError {
      constructor(made: { readonly first?: string }) {
        super(made.first ?? 'shy', origin);
      }
    }
    for (const error of [new Odd({ words: { first: 'x' } }), new Shy({ first: 'x' })]) {
      const thunk = await begin(fallback([down, scripted('b', { error })]));
      const thrown = await failure(thunk.avalue());
      expect([thrown.code, thrown.status]).toEqual(['server', error.status]);
      expect(thrown.message).toBe('x Asked before: scripted a (server, HTTP 503).');
      expect((thrown.cause as AggregateError).errors[1]).toBe(error);
    }
  });

  it('an abort asks nobody else', async () => {
    const controller = new AbortController();
    const [a, b] = [scripted('a', { hangs: true }), scripted('b', { deltas: ['b'] })];
    const thunk = await begin(fallback([a, b]), 'Go.', { signal: controller.signal });
    controller.abort();
    expect(await failure(thunk.avalue())).toMatchObject({ code: 'generation_cancelled' });
    expect([a.calls.length <= 1, b.calls.length]).toEqual([true, 0]);
  });

  it('an abort while it moves on asks nobody else', async () => {
    const controllers = [new AbortController(), new AbortController()];
    const [a, b] = [scripted('a', { deltas: ['long one'] }), scripted('b', { deltas: ['b'] })];
    const on = (): boolean => {
      controllers[0]?.abort();
      return true;
    };
    const misses = new Requirement('It is short.', {
      validationFn: () => {
        controllers[1]?.abort();
        return false;
      },
    });
    const moving = [fallback([down, b], { on }), fallback([a, b], { requirements: [misses] })];
    for (const [i, backend] of moving.entries()) {
      const thunk = await begin(backend, 'Go.', { signal: controllers[i]?.signal });
      expect(await failure(thunk.avalue())).toMatchObject({ code: 'generation_cancelled' });
    }
    expect(b.calls).toHaveLength(0);
  });

  it('foreign errors are scrubbed with the secrets of all', async () => {
    class Keyed extends ScriptedBackend {
      override _secrets(): string[] {
        return [`key-of-${this.modelId}`];
      }
    }
    const foreign = (modelId: string) =>
      new Keyed([{ error: new Error(`key-of-${modelId} is wrong`) }], { modelId });
    const backend = fallback([foreign('a'), foreign('b')]);
    expect(backend._secrets()).toEqual(['key-of-a', 'key-of-b']);
    const thunk = await begin(backend);
    const error = await failure(thunk.avalue());
    const { errors } = error.cause as AggregateError;
    expect([error, ...errors].map(String).join()).not.toContain('key-of');
  });
});

describe('usage', () => {
  it('of attempts that told some before they failed is added and said', async () => {
    const a = scripted('a', { usage: usage(10), error: new ServerError('down', origin) });
    const thunk = await ask(fallback([a, scripted('b', { deltas: ['b'], usage: usage(20) })]));
    expect(thunk.generation.usage).toEqual({
      promptTokens: 30,
      completionTokens: 2,
      totalTokens: 32,
      details: { earlierAttemptsTokens: 11 },
    });
    const silent = await ask(fallback([a, scripted('b', { deltas: ['b'] })]));
    expect(silent.generation.usage).toEqual({ ...usage(10), estimated: true });
  });
});

const short = (): Requirement =>
  new Requirement('It is short.', { validationFn: (ctx) => String(ctx.lastOutput()).length < 5 });

describe('requirements', () => {
  it('decide who answers, before anything is told; so it does not stream', async () => {
    const a = scripted('a', { deltas: ['much too ', 'long'], usage: usage(10) });
    const b = scripted('b', { deltas: ['ok'], usage: usage(20) });
    const backend = fallback([a, b], { requirements: [short()] });
    expect(backend.capabilities.streaming).toBe(false);
    const thunk = await begin(backend, 'Go.', stream);
    const deltas: string[] = [];
    for await (const delta of thunk) deltas.push(delta);
    expect([deltas, thunk.generation.model]).toEqual([['ok'], 'b']);
    expect(warned(thunk, 'stream')).toHaveLength(1);
    expect(warned(thunk, 'fallback')).toEqual([
      'scripted a did not answer (its answer misses 1 of 1 requirements); scripted b is asked instead.',
    ]);
    expect(thunk.generation.usage?.totalTokens).toBe(32);
  });

  it('see the question, the tool calls and the value of the format', async () => {
    const seen: unknown[] = [];
    const look = new Requirement(null, {
      validationFn: (ctx) => {
        const output = ctx.lastOutput();
        seen.push(ctx.asList().map(String), output?.parsedRepr);
        return true;
      },
    });
    const [a, b] = [scripted('a', { deltas: ['no JSON'] }), scripted('b', { deltas: ['{"x": 1}'] })];
    const thunk = await ask(fallback([a, b], { requirements: [look] }), 'Go.', {
      format: { type: 'object' },
    });
    expect(thunk.parsedRepr).toEqual({ x: 1 });
    expect(seen).toEqual([['Go.', '{"x": 1}'], { x: 1 }]);
    expect(warned(thunk, 'fallback')).toEqual([expect.stringContaining('does not fit the format')]);
  });

  it('give the last answer with a warning when none meets them', async () => {
    const [a, b] = [scripted('a', { deltas: ['long one'] }), scripted('b', { deltas: ['long two'] })];
    const thunk = await ask(fallback([a, b], { requirements: [short()] }));
    expect(thunk.value).toBe('long two');
    expect(warned(thunk, 'fallback')[1]).toBe(
      'scripted b is the one whose answer is given: its answer misses 1 of 1 requirements, and no other was better.',
    );
  });

  it('give an answer rather than the error of a later backend', async () => {
    const thunk = await ask(
      fallback([scripted('a', { deltas: ['long one'] }), down], { requirements: [short()] }),
    );
    expect([thunk.value, thunk.generation.model]).toEqual(['long one', 'a']);
  });

  it('are an error with mustPass', async () => {
    const [a, b] = [scripted('a', { deltas: ['long one'] }), scripted('b', { deltas: ['long two'] })];
    const thunk = await begin(fallback([a, b], { requirements: [short()], mustPass: true }));
    const error = await failure(thunk.avalue());
    expect(UnmetRequirementsError.is(error)).toBe(true);
    expect(error).toMatchObject({ code: 'unmet_requirements', unmet: 1, model: 'b', retryable: false });
    expect(String(error.cause)).not.toContain('long');
  });

  it('are judged by the backend that answered, or by the one for it', async () => {
    const judged = (): Requirement => new Requirement('It is kind.');
    const a = new ScriptedBackend([{ deltas: ['Hello.'] }, { deltas: ['yes'] }], { modelId: 'a' });
    expect((await ask(fallback([a], { requirements: [judged()] }))).value).toBe('Hello.');
    expect(a.calls).toHaveLength(2);
    const judge = scripted('judge', { deltas: ['no'] });
    const b = scripted('b', { deltas: ['Hello.'] });
    const options = { requirements: [judged()], validationBackend: judge };
    expect(warned(await ask(fallback([b], options)), 'fallback')).toHaveLength(1);
    expect([b.calls.length, judge.calls.length]).toEqual([1, 1]);
  });

  it('are cloned for each answer', async () => {
    class Counting extends Requirement {
      readonly seen: string[] = [];
      override async validate(...args: Parameters<Requirement['validate']>): Promise<ValidationResult> {
        this.seen.push(String(args[1].lastOutput()));
        return new ValidationResult(this.seen.length > 1);
      }
    }
    const requirement = new Counting();
    const backend = fallback([scripted('a', { deltas: ['a'] }), scripted('b', { deltas: ['b'] })], {
      requirements: [requirement],
    });
    expect(warned(await ask(backend), 'fallback')).toHaveLength(2);
    expect(requirement.seen).toEqual([]);
  });

  it('fail the generation when one of them throws', async () => {
    const broken = new Requirement(null, {
      validationFn: () => {
        throw new RangeError('a broken check');
      },
    });
    const thunk = await begin(fallback([scripted('a', { deltas: ['x'] })], { requirements: [broken] }));
    expect((await failure(thunk.avalue())).message).toContain('a broken check');
  });
});

describe('raw batches', () => {
  /** Answers prompt by prompt, and fails for some. */
  class Partly extends ScriptedBackend {
    override async _generateFromRaw(call: Parameters<ScriptedBackend['_generateFromRaw']>[0]) {
      const answers = await super._generateFromRaw(call);
      return answers.map((answer, i) =>
        String(call.actions[i]).startsWith('hard') ? new ServerError('down', origin) : answer,
      );
    }
  }

  it('ask the next one only for what failed', async () => {
    const a = new Partly([{ deltas: ['a'] }], { modelId: 'a' });
    const b = scripted('b', { deltas: ['b'], usage: usage(5) });
    const thunks = await fallback([a, b]).generateFromRaw(['one', 'hard', 'two'], context);
    expect(thunks.map(({ value, generation }) => [value, generation.model])).toEqual([
      ['a', 'a'],
      ['b', 'b'],
      ['a', 'a'],
    ]);
    expect(b.calls.map(({ prompt }) => prompt)).toEqual(['hard']);
    expect(thunks.map((thunk) => warned(thunk, 'fallback').length)).toEqual([0, 1, 0]);
  });

  it('give each item its error when all fail', async () => {
    const backend = fallback([new Partly([{ deltas: ['a'] }]), new Partly([{ deltas: ['b'] }])]);
    const error = await failure(backend.generateFromRaw(['hard', 'one'], context));
    const { results } = error as unknown as BatchGenerationError;
    expect(ServerError.is(results[0])).toBe(true);
    expect(((results[0] as Error).cause as AggregateError).errors).toHaveLength(2);
    expect(String(results[1])).toBe('a');
  });

  it('are checked by the requirements, item by item', async () => {
    const a = new ScriptedBackend([{ deltas: ['ok'] }, { deltas: ['too long'], usage: usage(3) }]);
    const b = scripted('b', { deltas: ['fine'], usage: usage(5) });
    const thunks = await fallback([a, b], { requirements: [short()] }).generateFromRaw(['1', '2'], context);
    expect(thunks.map(String)).toEqual(['ok', 'fine']);
    expect(thunks[1]?.generation.usage).toMatchObject({ totalTokens: 10 });
  });
});

it('names what is wrong with its settings', () => {
  expect(() => fallback([])).toThrow('at least one backend; got an empty list.');
  const made = [
    () => fallback([]),
    () => fallback([down, 7 as never]),
    () => fallback([down], { on: true as never }),
    () => fallback([down], { requirements: ['short'] as never }),
    () => fallback([down], { mustPass: 1 as never }),
    () => fallback([down], { validationBackend: {} as never }),
  ];
  const names = ['backends', 'backends[1]', 'on', 'requirements', 'mustPass', 'validationBackend'];
  for (const [i, make] of made.entries()) expect(make).toThrow(`fallback: ${names[i]} must be`);
});

it('is told apart from its first backend by caches', async () => {
  const store = new Map<string, string>();
  const [a, b] = [scripted('a', { deltas: ['from a'] }), scripted('b', { deltas: ['from b'] })];
  await ask(cache(fallback([a, b]), { store }));
  await ask(cache(a, { store }));
  expect([store.size, a.calls.length]).toEqual([2, 2]);
});

it('frees what all of its backends hold, also when one cannot', async () => {
  const freed: string[] = [];
  class Held extends ScriptedBackend {
    async [Symbol.asyncDispose](): Promise<void> {
      freed.push(this.modelId);
      if (this.modelId === 'a') throw new Error('stuck');
    }
  }
  const held = (modelId: string): Held => new Held([{}], { modelId });
  await expect(fallback([held('a'), cache(held('b'))])[Symbol.asyncDispose]()).rejects.toThrow('stuck');
  expect(freed).toEqual(['a', 'b']);
});
