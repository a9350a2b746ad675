import {
  type Backend,
  type BackendError,
  ConnectionError,
  ContentFilterError,
  type FinishReason,
  type GenerationEvent,
  type RawItem,
} from '@melliflow/core';
import { ScriptedBackend } from '@melliflow/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cache, type RedactOutputOptions, redactOutput, WrappingBackend } from '../src/index.js';
import { ask, begin, context, drain, failure, stream, warned } from './support/ask.js';
import { GatedBackend } from './support/gated-backend.js';

const planted: RedactOutputOptions = { patterns: ['Falcon', /\b\d{4}(?: ?\d{4}){3}\b/, /[\w.]+@[\w.]+\w/] };
const origin = { provider: 'scripted', model: 'scripted' };
const stop: GenerationEvent = { type: 'finish', reason: 'stop' };
const texts = (...pieces: string[]): GenerationEvent[] => pieces.map((text) => ({ type: 'text', text }));

/** Tells these events, then fails if it has an error; a raw batch gets these items. */
class Telling extends WrappingBackend {
  readonly events: readonly GenerationEvent[];
  readonly error: Error | undefined;
  readonly items: readonly (RawItem | BackendError)[];

  constructor(
    events: readonly GenerationEvent[],
    more: { error?: Error; items?: readonly (RawItem | BackendError)[] } = {},
  ) {
    super(new ScriptedBackend([{}]));
    this.events = events;
    this.error = more.error;
    this.items = more.items ?? [];
  }

  override async *_generateFromContext(): AsyncGenerator<GenerationEvent, void> {
    yield* this.events;
    if (this.error) throw this.error;
  }

  override async _generateFromRaw(): Promise<readonly (RawItem | BackendError)[]> {
    return this.items;
  }
}

const clean = (...events: GenerationEvent[]): Backend => redactOutput(new Telling(events), planted);

describe('an answer', () => {
  it('has no match in its text, thinking and tool arguments; the rest is as it was', async () => {
    const usage = { promptTokens: 1, completionTokens: 2, totalTokens: 3 };
    const args = {
      Falcon: 'Falcon',
      deep: [{ to: 'ann@bee.org', card: 4111111111111111, n: 7, ok: true, no: null }],
    };
    const thunk = await ask(
      clean(
        { type: 'thinking', text: 'Hide Fal' },
        ...texts('The Fal', 'con is '),
        { type: 'thinking', text: 'con.' },
        { type: 'metadata', responseId: 'r1' },
        ...texts('4111 1111', ' 1111 1111', '. Falco'),
        { type: 'tool_call', id: 'c1', name: 'mail_Falcon', args },
        { type: 'usage', usage },
        stop,
      ),
    );
    expect(thunk.value).toBe('The [redacted] is [redacted]. Falco');
    expect(thunk.thinking).toBe('Hide [redacted].');
    expect(thunk.toolCalls?.map((call) => call.toJSON())).toEqual([
      {
        id: 'c1',
        name: 'mail_Falcon',
        args: {
          Falcon: '[redacted]',
          deep: [{ to: '[redacted]', card: '[redacted]', n: 7, ok: true, no: null }],
        },
      },
    ]);
    expect(thunk.generation).toMatchObject({ usage, responseId: 'r1', finishReason: 'stop' });
  });

  it('says how often which patterns were replaced, and not what', async () => {
    const patterns = ['Falcon', /\d{4}/, 'never', /a\d+/, 'Fal'];
    const events: GenerationEvent[] = [
      { type: 'thinking', text: 'Falcon?' },
      ...texts('Fal', 'con a1234 5678 Fal', 'l. Fal'),
      { type: 'tool_call', name: 'f', args: { a: ['Falcon', 4321], n: 7 } },
      stop,
    ];
    const thunk = await ask(redactOutput(new Telling(events), { patterns }));
    expect(thunk.value).toBe('[redacted] [redacted] [redacted] [redacted]l. [redacted]');
    const message =
      'Replaced in the answer: patterns[0] (3), patterns[1] (2), patterns[3] (1), patterns[4] (2).';
    expect(thunk.generation.warnings).toEqual([{ kind: 'changed', option: 'redactOutput', message }]);
    expect((await ask(clean(...texts('A hawk'), stop))).generation.warnings).toEqual([]);
  });

  it('shows no reader a part of a secret, for any cutting and on every channel', async () => {
    const secrets = ['Falcon', '4111 1111 1111 1111', 'ann.b@bee.org'];
    const words = fc.array(fc.constantFrom(' and ', 'the ', '\n', '🦅 ', '; ', ...secrets), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(
        words,
        words,
        fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1 }),
        async (some, thoughts, sizes) => {
          const [text, thinking] = [some, thoughts].map((all) => all.join('; ')) as [string, string];
          const events: GenerationEvent[] = [];
          for (let at = 0, i = 0; at < Math.max(text.length, thinking.length); i++) {
            const end = at + (sizes[i % sizes.length] as number);
            events.push({ type: 'thinking', text: thinking.slice(at, end) }, ...texts(text.slice(at, end)));
            at = end;
          }
          const thunk = await begin(clean(...events, stop), 'Go.', stream);
          const seen: string[] = [];
          for await (const delta of thunk) seen.push(delta);
          const without = (whole: string): string =>
            secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), whole);
          expect(seen.join('')).toBe(without(text));
          expect(thunk.thinking ?? '').toBe(without(thinking));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('passes on what is no text, for the checks of the outermost backend', async () => {
    const wrong = { type: 'text', text: 7 } as unknown as GenerationEvent;
    await expect(ask(clean(wrong, stop))).rejects.toThrow('must be of type string');
  });

  it('stays valid JSON where a string of it is redacted, also one that JSON writes otherwise', async () => {
    const secret = 'a "quoted"\nname';
    const answer = JSON.stringify({ who: `It is ${secret}.`, mail: 'ann@bee.org', n: 1 });
    const backend = redactOutput(new ScriptedBackend([{ deltas: Array.from(answer) }]), {
      patterns: [secret, /[\w.]+@[\w.]+\w/],
    });
    const [thunk] = await backend.generateFromContext('Go.', context, {
      format: { type: 'object', properties: { who: { type: 'string' } } },
    });
    await thunk.avalue();
    expect(JSON.parse(thunk.value ?? '')).toEqual({ who: 'It is [redacted].', mail: '[redacted]', n: 1 });
  });

  it('has log probabilities only where nothing was redacted, and says so', async () => {
    const token = (text: string, ...others: string[]): GenerationEvent => ({
      type: 'logprobs',
      logprobs: [{ token: text, logprob: -1, top: others.map((other) => ({ token: other, logprob: -2 })) }],
    });
    const plain = await ask(clean(...texts('Hello'), token('Hello', 'Hi'), stop));
    expect(plain.generation.logprobs?.map((one) => one.token)).toEqual(['Hello']);
    expect(warned(plain, 'redactOutput')).toEqual([]);
    const call: GenerationEvent = { type: 'tool_call', name: 'f', args: { a: 'Falcon' } };
    for (const events of [
      [...texts('A Falcon'), token('A'), token(' Fal'), token('con')],
      [...texts('A'), token('A', 'Falcon')],
      [{ type: 'thinking', text: 'Falcon' } as const, token('Fal'), token('con')],
      [call, token('Fal'), token('con')],
    ]) {
      const thunk = await ask(clean(...events, stop));
      expect(thunk.generation.logprobs).toBeNull();
      expect(warned(thunk, 'redactOutput').at(-1)).toContain('log probabilities');
    }
  });
});

describe('an early end', () => {
  it('gives out nothing of what may begin a match when the source fails or breaks off', async () => {
    const error = new ContentFilterError('Refused.', { ...origin, partialText: 'My Falcon and Falc' });
    for (const [fault, end] of [
      [error, 'Refused.'],
      [undefined, 'end marker'],
    ] as const) {
      const inner = new Telling(texts('My Falcon', ' and Falc'), fault && { error: fault });
      const thunk = await begin(redactOutput(inner, planted), 'Go.', stream);
      const failed = await failure(thunk.avalue());
      expect(failed.message).toContain(end);
      expect([thunk.partialValue, failed.partialText]).toEqual(['My [redacted] and ', 'My [redacted] and ']);
    }
  });

  it('says what a reply that was cut lacks', async () => {
    for (const reason of ['length', 'content_filter', 'time_limit', 'other'] satisfies FinishReason[]) {
      const thunk = await ask(clean(...texts('Write to Falc'), { type: 'finish', reason }));
      expect(thunk.value).toBe('Write to ');
      expect(warned(thunk, 'redactOutput')).toEqual([expect.stringContaining('its last 4 characters')]);
    }
    const whole = await ask(clean(...texts('Write to Falc'), stop));
    expect(whole.value).toBe('Write to Falc');
  });

  it('closes the source on a cancel, and what was held stays inside', async () => {
    const inner = new GatedBackend([{ deltas: ['A Falc', 'on'] }]);
    const thunk = await begin(redactOutput(inner, planted), 'Go.', stream);
    await drain();
    await thunk.cancelGeneration();
    expect(inner.closed).toEqual([true]);
    expect(thunk.value).toBe('A ');
  });
});

describe('a raw batch', () => {
  it('is redacted item by item, with its errors', async () => {
    const logprobs = [{ token: 'x', logprob: -1 }];
    const items = [
      { text: 'A Falcon', finishReason: 'stop', thinking: 'Falcon?', logprobs, prompt: 'p' },
      { text: 'A hawk', finishReason: 'stop', logprobs },
      { text: 'A Falc', finishReason: 'length' },
    ] satisfies RawItem[];
    const backend = redactOutput(new Telling([], { items }), planted);
    const thunks = await backend.generateFromRaw(['a', 'b', 'c'], context);
    expect(thunks.map(({ value }) => value)).toEqual(['A [redacted]', 'A hawk', 'A ']);
    expect(thunks[0]?.thinking).toBe('[redacted]?');
    expect(thunks.map(({ generation }) => generation.logprobs)).toEqual([null, logprobs, null]);
    expect(thunks.map((thunk) => warned(thunk, 'redactOutput'))).toEqual([
      ['Replaced in the answer: patterns[0] (2).', expect.stringContaining('log probabilities')],
      [],
      [expect.stringContaining('its last 4 characters')],
    ]);

    const error = new ConnectionError('Gone.', { ...origin, partialText: 'A Falcon is a Fa' });
    const failing = redactOutput(new Telling([], { items: [error] }), planted);
    const failed = await failure(failing.generateFromRaw(['a'], context));
    expect(JSON.stringify([failed.partialText, error.partialText])).not.toContain('Fa');
  });
});

describe('redactOutput', () => {
  it('keeps its answers apart from others in a cache around it', async () => {
    const store = new Map();
    const inner = new ScriptedBackend([{ deltas: ['A Falcon'] }]);
    const values: unknown[] = [];
    for (const backend of [inner, redactOutput(inner, planted), redactOutput(inner, { patterns: ['A'] })])
      values.push((await ask(cache(backend, { store }))).value);
    expect(values).toEqual(['A Falcon', 'A [redacted]', '[redacted] Falcon']);
  });

  it('is checked when the backend is made', () => {
    const wrong: [unknown, string][] = [
      [undefined, 'patterns must be'],
      [{ patterns: 'x' }, 'patterns must be an array with at least one pattern; got string "x"'],
      [{ patterns: [] }, 'patterns must be an array with at least one pattern; got an empty list'],
      [{ patterns: [''] }, 'patterns[0] must be a RegExp or a text that is not empty; got string ""'],
      [{ patterns: [['x']] }, 'patterns[0] must be a RegExp or a text that is not empty; got an array'],
      [{ patterns: ['x', 7] }, 'patterns[1] must be a RegExp or a text that is not empty; got number 7'],
      [{ patterns: ['x', /a*/] }, 'patterns[1] must not match the empty text'],
      [{ patterns: ['x'], maxMatchLength: 0 }, 'maxMatchLength must be'],
      [{ patterns: ['x'], maxMatchLength: 1.5 }, 'maxMatchLength must be'],
      ...['', '"', '\\', '\n', 7].map((replacement): [unknown, string] => [
        { patterns: ['x'], replacement },
        'replacement must be',
      ]),
    ];
    const inner = new ScriptedBackend([{}]);
    for (const [options, text] of wrong)
      expect(() => redactOutput(inner, options as RedactOutputOptions)).toThrow(text);
  });
});
