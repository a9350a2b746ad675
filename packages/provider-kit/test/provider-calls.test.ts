import {
  Backend,
  BackendError,
  type ContextCall,
  type GenerationEvent,
  type Part,
  type RawCall,
  type RawItem,
} from '@melliflow/core';
import { batchUnderLimit, defaultCapabilities, PlainFormatter } from '@melliflow/core/implement';
import { describe, expect, it } from 'vitest';
import {
  type AttemptIO,
  type FailureOrigin,
  idleInRaw,
  isSameEndpoint,
  ProviderCalls,
  type ProviderSettings,
  rawItemOf,
  readFailure,
} from '../src/index.js';
import { NoContext } from './no-context.js';
import { never } from './plan.js';

type Reply = (io: AttemptIO, origin: FailureOrigin) => AsyncIterable<readonly GenerationEvent[]>;

/** A backend that is nothing but its calls. */
class MockBackend extends Backend {
  readonly provider = 'mock';
  readonly modelId = 'm';
  override readonly formatter = Object.assign(new PlainFormatter(), {
    toChatMessages: (parts: readonly Part[]) =>
      parts.map((part) => ({ role: 'user', content: `${part}` }) as const),
  });
  override readonly capabilities = { ...defaultCapabilities, raw: true };
  readonly asked: unknown[] = [];
  readonly reply: Reply;
  readonly calls: ProviderCalls;
  keys: string[] = [];

  constructor(reply: Reply, settings: Partial<ProviderSettings> = {}) {
    super();
    this.reply = reply;
    const retry = { attempts: 2, initialDelayMs: 0 };
    const all = { modelId: 'm', retry, ...settings };
    this.calls = new ProviderCalls(this, {
      owner: 'MockBackend',
      settings: all,
      keyHint: () => 'look at keys',
    });
  }

  override _secrets(): readonly string[] {
    return this.keys;
  }

  _generateFromContext(call: ContextCall): AsyncIterable<GenerationEvent> {
    return this.calls.chat(call, {
      request: (messages) => {
        this.asked.push(messages);
        return { messages, warnings: [{ kind: 'other', message: 'careful' }] };
      },
      ask: (_, io, origin) => this.reply(io, origin),
    });
  }

  _generateFromRaw(call: RawCall): Promise<(RawItem | BackendError)[]> {
    return batchUnderLimit(call, this.calls.origin(), (action) =>
      this.calls.run(call.signal, [`${action}`], (io, origin) =>
        rawItemOf(this.reply(io, origin), `${action}`, io),
      ),
    );
  }
}

const finish = { type: 'finish', reason: 'stop' } as const;
const prompt = 'My name is Wilhelmina Featherstone.';
const overloaded = (status: number, words: string): Promise<Error> =>
  readFailure(new Response(JSON.stringify({ error: words }), { status }), new AbortController().signal);

describe('a chat', () => {
  it('is asked for once, begins with prompt and warnings, and is tried again', async () => {
    const backend = new MockBackend(async function* ({ number }) {
      if (number === 1) throw await overloaded(503, 'busy');
      yield [{ type: 'text', text: 'Hi.' }, finish];
    });
    const options = { modelOptions: { systemPrompt: 'Be kind.' } };
    const [thunk] = await backend.generateFromContext(prompt, new NoContext(), options);
    expect(await thunk.avalue()).toBe('Hi.');
    const messages = [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: prompt },
    ];
    expect(backend.asked).toEqual([messages]);
    expect(thunk.generateLog?.prompt).toEqual(messages);
    expect(thunk.generation.warnings.map(({ message }) => message)).toEqual(['careful']);
  });

  it('that fails shows neither what was asked nor a key that was got meanwhile', async () => {
    const backend = new MockBackend(async function* () {
      backend.keys = ['fresh-key-77'];
      yield [];
      throw await overloaded(401, `no ${JSON.stringify(prompt)} with fresh-key-77`);
    });
    const [thunk] = await backend.generateFromContext(prompt, new NoContext());
    await expect(thunk.avalue()).rejects.toMatchObject({
      code: 'authentication',
      message: 'mock: no "[…]" with [redacted] (HTTP 401; look at keys)',
    });
  });
});

describe('a raw prompt', () => {
  it('has what its events say', async () => {
    const usage = { promptTokens: 1, completionTokens: 2, totalTokens: 3 };
    const backend = new MockBackend(async function* () {
      yield [
        { type: 'thinking', text: 'Hm.' },
        { type: 'text', text: 'a' },
      ];
      yield [
        { type: 'text', text: 'b' },
        { type: 'logprobs', logprobs: [{ token: 'ab', logprob: -1 }] },
        { type: 'warning', warning: { kind: 'other', message: 'careful' } },
        { type: 'usage', usage },
        { type: 'metadata', model: 'm-2' },
        { type: 'metadata', responseId: 'r-1' },
        { type: 'finish', reason: 'length' },
      ];
    });
    const [thunk] = await backend.generateFromRaw(['x'], new NoContext());
    expect(thunk).toMatchObject({ value: 'ab', thinking: 'Hm.' });
    expect(thunk?.generation).toMatchObject({
      usage,
      finishReason: 'length',
      model: 'm-2',
      responseId: 'r-1',
    });
    expect(thunk?.generation.warnings).toHaveLength(1);
  });

  it('that fails shows nothing of itself', async () => {
    const backend = new MockBackend(async function* () {
      yield [];
      throw await overloaded(400, `bad: ${prompt}`);
    });
    const error = await backend.generateFromRaw([prompt], new NoContext()).catch((thrown: Error) => thrown);
    expect(BackendError.is((error as Error).cause)).toBe(true);
    expect(((error as Error).cause as Error).message).toBe('mock: bad: […] (HTTP 400)');
  });

  it('whose answer breaks off is asked for again, since nobody saw a part of it', async () => {
    const backend = new MockBackend(async function* (io) {
      io.content();
      yield [{ type: 'text', text: `part ${io.number} ` }];
      if (io.number === 1) throw new TypeError('terminated');
      yield [finish];
    });
    const [thunk] = await backend.generateFromRaw(['x'], new NoContext());
    expect(thunk?.value).toBe('part 2 ');
  });

  it.each([
    ['breaks off', {}, () => Promise.reject(new TypeError('terminated')), 'connection'],
    ['stops', { timeouts: { idleMs: 10 } }, never, 'generation_timeout'],
  ])('whose answer %s for good keeps its part in the error', async (_, settings, end, code) => {
    const reply: Reply = async function* (io) {
      io.content();
      yield [{ type: 'text', text: 'half of ' }];
      yield [{ type: 'text', text: 'it' }];
      await end();
    };
    const backend = new MockBackend(reply, { ...settings, retry: { attempts: 1 } });
    await expect(backend.generateFromRaw(['x'], new NoContext())).rejects.toMatchObject({
      cause: { code, partialText: 'half of it' },
    });
  });

  it('has no use for some options', () => {
    expect(idleInRaw({ thinking: true, systemPrompt: 'x' }).map(({ option }) => option)).toEqual([
      'thinking',
      'systemPrompt',
    ]);
    expect(idleInRaw({ thinking: false, toolChoice: 'auto' }, ['thinking'])).toEqual([]);
  });
});

it.each([
  ['https://a.com/v1', 'https://A.com:443/v1/', true],
  ['http://a.com', 'http://a.com/', true],
  ['http://a.com/v1', 'https://a.com/v1', false],
  ['http://a.com/v1', 'http://a.com/v2', false],
  ['http://a.com:81', 'http://a.com', false],
  ['a', 'a', true],
])('%s and %s are one endpoint: %s', (one, other, same) => {
  expect(isSameEndpoint(one, other)).toBe(same);
});
