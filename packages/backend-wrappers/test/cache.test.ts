import {
  AbstractTool,
  CBlock,
  type ContextCall,
  type GenerationEvent,
  ServerError,
  setLogger,
} from '@melliflow/core';
import { ChatContext, Message, SimpleContext } from '@melliflow/stdlib';
import { type ScriptedAnswer, ScriptedBackend } from '@melliflow/testing';
import Keyv from 'keyv';
import { afterEach, describe, expect, it } from 'vitest';
import { type CacheOptions, type CacheQuestion, cache, redact } from '../src/index.js';
import { ask, begin, context, drain, failure, stream, warned } from './support/ask.js';
import { watchTimers } from './support/pending-timers.js';

afterEach(() => setLogger(null));

const usage = { promptTokens: 9, completionTokens: 3, totalTokens: 12 };
const numbered = (more: ScriptedAnswer = {}): ScriptedBackend =>
  new ScriptedBackend(
    [1, 2, 3, 4, 5, 6, 7, 8].map((n) => ({ deltas: ['answer ', String(n)], usage, ...more })),
  );
const told = (): unknown[] => {
  const lines: unknown[] = [];
  const note = (...line: unknown[]): void => void lines.push(line);
  setLogger({ debug: note, info: note, warn: note, error: note });
  return lines;
};

describe('an answer from the cache', () => {
  it('is the one that was given, and asks no model', async () => {
    const toolCalls = [{ id: 'c1', name: 'now', args: { zone: 'UTC' } }];
    const inner = numbered({ thinking: 'hm', toolCalls });
    const backend = cache(inner);
    const [first, second] = [await ask(backend, 'Go.', stream), await ask(backend)];
    expect(inner.calls).toHaveLength(1);
    expect([second.value, second.thinking, second.parsedRepr]).toEqual(['answer 1', 'hm', 'answer 1']);
    expect(second.toolCalls?.map(({ id, name, args }) => ({ id, name, args }))).toEqual(toolCalls);
    expect(second.generation.finishReason).toBe('tool_calls');
    expect(warned(first, 'cache')).toEqual([]);
    expect(warned(second, 'cache')).toEqual(['The answer is from the cache: no model was asked.']);
  });

  it('tells what it cost when it was made, marked as not spent again', async () => {
    const backend = cache(numbered());
    const [first, second] = [await ask(backend), await ask(backend)];
    expect(first.generation.usage).toEqual(usage);
    expect(second.generation.usage).toEqual({ ...usage, details: { tokensFromCache: 12 } });
    expect(second.generateLog?.prompt).toEqual([{ role: 'user', content: 'Go.' }]);
  });

  it('is a copy: what one caller changes no other sees', async () => {
    const backend = cache(numbered({ toolCalls: [{ name: 'now', args: { a: [1] } }] }));
    await ask(backend);
    const second = await ask(backend);
    Object.assign(second.toolCalls?.[0]?.args ?? {}, { a: [1, 2] });
    expect((await ask(backend)).toolCalls?.[0]?.args).toEqual({ a: [1] });
    Object.assign(second.generation.warnings[0] ?? {}, { message: 'changed' });
    expect(warned(await ask(backend), 'cache')).toEqual([
      'The answer is from the cache: no model was asked.',
    ]);
  });

  it('has its log probabilities, also of what is impossible', async () => {
    const logprobs = [{ token: 'x', logprob: -Infinity, top: [{ token: 'y', logprob: -0.5 }] }];
    class Probable extends ScriptedBackend {
      override async *_generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent> {
        yield { type: 'logprobs', logprobs };
        yield* super._generateFromContext(call);
      }
    }
    const backend = cache(new Probable([{ deltas: ['x'] }]));
    await ask(backend);
    const second = await ask(backend);
    expect([second.generation.logprobs, warned(second, 'cache').length]).toEqual([logprobs, 1]);
  });

  it('is given only where it fits what this call checks by', async () => {
    const checkedBy = (fits: (value: { n: number }) => boolean) => ({
      '~standard': {
        version: 1 as const,
        vendor: 'test',
        validate: (value: unknown) =>
          fits(value as { n: number }) ? { value } : { issues: [{ message: 'It does not fit.' }] },
        jsonSchema: { input: () => ({ type: 'object' }), output: () => ({ type: 'object' }) },
      },
    });
    const backend = cache(new ScriptedBackend([{ deltas: ['{"n":1}'] }, { deltas: ['{"n":2}'] }]));
    const strict = checkedBy(({ n }) => n === 2);
    expect((await ask(backend, 'Go.', { format: checkedBy(() => true) })).parsedRepr).toEqual({ n: 1 });
    expect((await ask(backend, 'Go.', { format: strict })).parsedRepr).toEqual({ n: 2 });
    const raw = cache(new ScriptedBackend([{ deltas: ['{"n":1}'] }, { deltas: ['{"n":2}'] }]));
    await raw.generateFromRaw(['Go.'], context, { format: checkedBy(() => true) });
    const [second] = await raw.generateFromRaw(['Go.'], context, { format: strict });
    expect(second?.parsedRepr).toEqual({ n: 2 });
  });

  class Now extends AbstractTool {
    readonly name = 'now';
    readonly description: string;
    constructor(description: string) {
      super();
      this.description = description;
    }
    get asJsonTool() {
      const { name, description } = this;
      return { type: 'function' as const, function: { name, description, parameters: {} } };
    }
    run(): string {
      return 'now';
    }
  }

  it.each<[string, object]>([
    ['temperature', { modelOptions: { temperature: 0.5 } }],
    ['seed', { modelOptions: { seed: 4 } }],
    ['the system prompt', { modelOptions: { systemPrompt: 'Be kind.' } }],
    ['options of the provider', { modelOptions: { providerOptions: { scripted: { user: 'x' } } } }],
    ['the format', { format: { type: 'string' } }],
    ['the tools', { toolCalls: true, modelOptions: { tools: [new Now('The time.')] } }],
  ])('is another when %s is another', async (_, options) => {
    const inner = new ScriptedBackend([{ deltas: ['"x"'] }]);
    const backend = cache(inner);
    await ask(backend);
    await ask(backend, 'Go.', options);
    await ask(backend, 'Go.', options);
    expect(inner.calls).toHaveLength(2);
  });

  it('is another when a description of a tool, a role, the past or the model is another', async () => {
    const store = new Map<string, string>();
    const inner = numbered();
    const backend = cache(inner, { store });
    const tools = (text: string) => ({ toolCalls: true, modelOptions: { tools: [new Now(text)] } });
    await ask(backend, 'Go.', tools('The time.'));
    await ask(backend, 'Go.', tools('The hour.'));
    const chat = new ChatContext();
    for (const past of [
      chat,
      chat.add(new Message('user', 'Go.')),
      chat.add(new Message('assistant', 'Go.')),
    ])
      await (await backend.generateFromContext('Go.', past))[0].avalue();
    await ask(cache(new ScriptedBackend([{ deltas: ['x'] }], { modelId: 'other' }), { store }));
    expect([inner.calls.length, store.size]).toEqual([5, 6]);
  });

  it('is the same whatever the order in which options are written', async () => {
    const inner = numbered();
    const backend = cache(inner);
    await ask(backend, 'Go.', { modelOptions: { seed: 1, topP: 0.5 } });
    await ask(backend, 'Go.', { modelOptions: { topP: 0.5, seed: 1, stream: true } });
    expect(inner.calls).toHaveLength(1);
  });

  it('is told with the prompt as a wrapper within sends it', async () => {
    const backend = cache(redact(numbered(), { patterns: ['Ann'] }));
    const options = { modelOptions: { systemPrompt: 'You are Ann.' } };
    const prompts = [await ask(backend, 'I am Ann.', options), await ask(backend, 'I am Ann.', options)].map(
      ({ generateLog }) => JSON.stringify(generateLog?.prompt),
    );
    expect(prompts[1]).toContain('I am [redacted].');
    expect(prompts.join()).not.toContain('Ann');
  });

  it('is the same where only what redact takes out of prompt and system prompt differs', async () => {
    const inner = numbered();
    const asked: CacheQuestion[] = [];
    const key = (question: CacheQuestion) => {
      asked.push(question);
      return question;
    };
    const backend = cache(redact(inner, { patterns: ['Ann', 'Bob'] }), { key });
    for (const name of ['Ann', 'Bob'])
      await ask(backend, `I am ${name}.`, { modelOptions: { systemPrompt: `You know ${name}.` } });
    await ask(backend, 'I am Bob.', { modelOptions: { systemPrompt: 'You do not.' } });
    expect(inner.calls).toHaveLength(2);
    expect(JSON.stringify(asked)).not.toMatch(/Ann|Bob/);
  });
});

describe('what is not kept', () => {
  it.each<[string, ScriptedAnswer]>([
    ['an error', { deltas: ['half'], error: new ServerError('down', { provider: 'p', model: 'm' }) }],
    ['a reply without its end marker', { deltas: ['half'], finish: null }],
    ['what a filter cut', { deltas: ['half'], finish: 'content_filter' }],
    ['what a time limit cut', { deltas: ['half'], finish: 'time_limit' }],
  ])('%s', async (_, answer) => {
    const inner = new ScriptedBackend([answer, { deltas: ['whole'] }]);
    const backend = cache(inner);
    await ask(backend).catch(() => undefined);
    expect((await ask(backend)).value).toBe('whole');
  });

  it('what does not fit its format', async () => {
    const backend = cache(new ScriptedBackend([{ deltas: ['{"a": '] }, { deltas: ['{"a": 1}'] }]));
    const options = { format: { type: 'object' } };
    expect(await failure(ask(backend, 'Go.', options))).toMatchObject({ code: 'component_parse' });
    expect((await ask(backend, 'Go.', options)).parsedRepr).toEqual({ a: 1 });
  });

  it('what was cancelled', async () => {
    const inner = new ScriptedBackend([{ deltas: ['half'], hangs: true }, { deltas: ['whole'] }]);
    const backend = cache(inner);
    const thunk = await begin(backend, 'Go.', stream);
    await thunk[Symbol.asyncIterator]().next();
    await thunk.cancelGeneration();
    expect([thunk.value, (await ask(backend, 'Go.', stream)).value]).toEqual(['half', 'whole']);
  });

  it('what options make that are no plain data, and components of a backend that prints none', async () => {
    const inner = numbered();
    const backend = cache(inner);
    const providerOptions = { scripted: { grammar: () => 'x' } };
    for (let i = 0; i < 2; i++) await ask(backend, 'Go.', { modelOptions: { providerOptions } });
    for (const value of ['a', 'b'])
      await ask(backend, 'Go.', {
        modelOptions: { providerOptions: { scripted: { bias: new Map([[1, value]]) } } },
      });
    expect(inner.calls).toHaveLength(4);
    class Unformatted extends ScriptedBackend {
      override readonly formatter = null as never;
      asked = 0;
      override async *_generateFromContext(_: ContextCall): AsyncGenerator<GenerationEvent> {
        this.asked += 1;
        yield { type: 'finish', reason: 'stop' };
      }
    }
    const bare = new Unformatted([{}]);
    const cached = cache(bare);
    for (const action of [
      new Message('user', 'a'),
      new Message('user', 'b'),
      new CBlock('c'),
      new CBlock('c'),
    ])
      await (await cached.generateFromContext(action, new SimpleContext()))[0].avalue();
    expect(bare.asked).toBe(3);
  });

  it('what the key says', async () => {
    const inner = numbered();
    const questions: CacheQuestion[] = [];
    const key = (question: CacheQuestion) => {
      questions.push(question);
      return question.modelOptions.temperature === 0 ? 'all cold questions' : null;
    };
    const backend = cache(inner, { key });
    await ask(backend, 'one');
    await ask(backend, 'one');
    await ask(backend, 'two', { modelOptions: { temperature: 0 } });
    expect((await ask(backend, 'three', { modelOptions: { temperature: 0 } })).value).toBe('answer 3');
    await backend.generateFromRaw(['three'], context, { modelOptions: { temperature: 0 } });
    await ask(backend, 'four', { modelOptions: { temperature: 0 } });
    expect(inner.calls).toHaveLength(4);
    expect(questions[0]).toEqual({
      kind: 'chat',
      model: ['scripted', 'scripted'],
      prompt: [{ role: 'user', content: 'one' }],
      modelOptions: {},
      tools: [],
      format: null,
      sample: 0,
    });
  });
});

describe('the store', () => {
  it('may be a Keyv; its keys and values hold no prompt', async () => {
    const map = new Map<string, string>();
    const inner = numbered();
    await ask(cache(inner, { store: new Keyv({ store: map }), ttlMs: 60_000 }), 'a secret prompt');
    const again = await ask(cache(inner, { store: new Keyv({ store: map }) }), 'a secret prompt');
    expect([again.value, inner.calls.length]).toEqual(['answer 1', 1]);
    expect(JSON.stringify([...map])).not.toContain('secret');
    expect([...map.keys()]).toEqual([expect.stringMatching(/melliflow:[0-9a-f]{64}$/)]);
  });

  it('keeps an answer for ttlMs', async () => {
    let nowMs = 1000;
    const store = new Map<string, string>();
    const inner = numbered();
    const backend = cache(inner, { store, ttlMs: 500, now: () => nowMs });
    await ask(backend);
    nowMs = 1499;
    expect((await ask(backend)).value).toBe('answer 1');
    nowMs = 1500;
    expect((await ask(backend)).value).toBe('answer 2');
  });

  it('of the memory forgets what was not used for longest', async () => {
    const inner = numbered();
    const backend = cache(inner, { maxEntries: 2 });
    for (const prompt of ['a', 'b', 'a', 'c', 'a', 'b']) await ask(backend, prompt);
    expect(inner.calls.map(({ prompt }) => prompt)).toEqual(['a', 'b', 'c', 'b']);
    const small = cache(numbered(), { maxBytes: 10 });
    expect([(await ask(small)).value, (await ask(small)).value]).toEqual(['answer 1', 'answer 2']);
  });

  it('that fails, hangs or holds rubbish harms nobody, and the logger is told', async () => {
    const lines = told();
    const fail = (): never => {
      throw new Error('no connection to the store');
    };
    const hang = (): Promise<never> => new Promise(() => undefined);
    const stores: CacheOptions['store'][] = [
      { get: fail, set: async () => fail(), delete: fail },
      { get: hang, set: hang, delete: hang },
      { get: () => 'no JSON', set: () => true, delete: () => true },
    ];
    const stranger = () => JSON.stringify({ version: 1, untilMs: null, answer: 7 });
    const strange = cache(numbered(), { store: { get: stranger, set: () => true, delete: () => true } });
    expect([(await ask(strange)).value, (await ask(strange)).value]).toEqual(['answer 1', 'answer 2']);
    expect((await strange.generateFromRaw(['x'], context)).map(String)).toEqual(['answer 3']);
    const rubbish = [
      [null],
      [1],
      [{ type: 'unknown' }],
      [{ type: 'text', text: 5 }],
      [{ type: 'usage' }],
      [],
    ];
    for (const answer of rubbish) {
      const get = () => JSON.stringify({ version: 1, untilMs: null, answer });
      const backend = cache(numbered(), { store: { get, set: () => true, delete: () => true } });
      expect((await ask(backend)).value).toBe('answer 1');
    }
    for (const store of stores) {
      const backend = cache(numbered(), { store, storeTimeoutMs: 1 });
      expect((await ask(backend)).value).toBe('answer 1');
      // Until the answer is kept, or cannot be, it is shared.
      while (backend._chatRuns._runs.size > 0) await drain();
      expect((await ask(backend)).value).toBe('answer 2');
    }
    expect(lines.length).toBeGreaterThanOrEqual(8);
    expect(JSON.stringify(lines)).toContain('the store failed');
  });
});

it.each([
  ['while it waits for the store', drain],
  ['before it asks the store', async () => undefined],
])('a store that hangs does not hold up a cancel, %s', async (_, moment) => {
  const timers = watchTimers();
  const hang = (): Promise<never> => new Promise(() => undefined);
  const inner = numbered();
  const backend = cache(inner, { store: { get: hang, set: hang, delete: hang }, storeTimeoutMs: 3_600_000 });
  const controller = new AbortController();
  const batch = failure(backend.generateFromRaw(['a', 'b'], context, { signal: controller.signal }));
  const thunk = await begin(backend);
  await moment();
  controller.abort();
  await Promise.all([thunk.cancelGeneration(), batch]);
  await drain();
  expect([thunk.cancelled, inner.calls.length, timers.pending()]).toEqual([true, 0, 0]);
  timers.stop();
});

describe('raw batches', () => {
  it('ask only for what is not kept; samples of one prompt are several answers', async () => {
    const inner = numbered();
    const backend = cache(inner);
    const first = await backend.generateFromRaw(['p', 'p', 'q'], context);
    const second = await backend.generateFromRaw(['r', 'q', 'p', 'p'], context);
    expect(first.map(String)).toEqual(['answer 1', 'answer 2', 'answer 3']);
    expect(second.map(String)).toEqual(['answer 4', 'answer 3', 'answer 1', 'answer 2']);
    expect(inner.calls.map(({ prompt }) => prompt)).toEqual(['p', 'p', 'q', 'r']);
    expect(second.map((thunk) => warned(thunk, 'cache').length)).toEqual([0, 1, 1, 1]);
    expect(second[1]?.generation.usage).toEqual({ ...usage, details: { tokensFromCache: 12 } });
    expect(second[1]?.generateLog?.prompt).toBe('q');
  });

  it('are no chats', async () => {
    const inner = numbered();
    const backend = cache(inner);
    await ask(backend, 'p');
    await backend.generateFromRaw(['p'], context);
    expect(inner.calls.map(({ kind }) => kind)).toEqual(['context', 'raw']);
  });

  it('keep no error, and keep what came beside it', async () => {
    const down = new ServerError('down', { provider: 'p', model: 'm' });
    const inner = new ScriptedBackend([{ error: down }, { deltas: ['b'] }, { deltas: ['a'] }]);
    const backend = cache(inner);
    expect(await failure(backend.generateFromRaw(['a', 'b'], context))).toMatchObject({ cause: down });
    expect((await backend.generateFromRaw(['a', 'b'], context)).map(String)).toEqual(['a', 'b']);
    expect(inner.calls).toHaveLength(3);
  });

  it('that are the same at the same time are asked once', async () => {
    const inner = numbered();
    const backend = cache(inner);
    const batches = [1, 2, 3].map(() => backend.generateFromRaw(['p', 'q'], context));
    const texts = (await Promise.all(batches)).map((thunks) => thunks.map(String).join());
    expect(new Set(texts)).toEqual(new Set(['answer 1,answer 2']));
    expect(inner.calls).toHaveLength(2);
    await drain();
  });
});

it('names what is wrong with its settings', () => {
  const inner = numbered();
  const wrong: [object, string][] = [
    [{ ttlMs: 0 }, 'ttlMs'],
    [{ maxEntries: 'many' }, 'maxEntries'],
    [{ maxEntries: Number.POSITIVE_INFINITY }, 'cache: maxEntries must be a whole number'],
    [{ maxBytes: 1000.5 }, 'cache: maxBytes must be a whole number'],
    [{ key: 'k' }, 'key'],
    [{ store: { get: () => null } }, 'store'],
    [{ store: new Map(), maxEntries: 2 }, 'maxEntries'],
  ];
  for (const [options, name] of wrong) expect(() => cache(inner, options as CacheOptions)).toThrow(name);
  expect(() => cache({} as never)).toThrow('must be a backend');
});
