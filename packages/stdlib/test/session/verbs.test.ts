import {
  CBlock,
  ComponentParseError,
  type Context,
  ImageBlock,
  type ModelOutputThunk,
  Requirement,
  SamplingResult,
  SamplingStrategy,
  ValidationResult,
} from '@melliflow/core';
import { TemplateFormatter } from '@melliflow/formatter';
import { type ScriptedAnswer, ScriptedBackend } from '@melliflow/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { asChatHistory } from '../../src/components/as-chat-history.js';
import { Instruction } from '../../src/components/instruction.js';
import { Message } from '../../src/components/message.js';
import { mify } from '../../src/components/mify.js';
import { ChatContext } from '../../src/contexts/chat-context.js';
import { check } from '../../src/requirements/check.js';
import { req } from '../../src/requirements/req.js';
import { simpleValidate } from '../../src/requirements/simple-validate.js';
import { RejectionSamplingStrategy } from '../../src/sampling/rejection-sampling-strategy.js';
import { Session } from '../../src/session/session.js';
import { text } from '../../src/session/text.js';
import { png } from '../png.js';

function sessionOf(...script: readonly ScriptedAnswer[]) {
  const backend = new ScriptedBackend(script.length > 0 ? script : [{ deltas: ['Hel', 'lo.'] }], {
    formatter: new TemplateFormatter(),
    capabilities: { images: true },
  });
  return { backend, m: new Session({ backend }) };
}

const says = (value: string): ScriptedAnswer => ({
  deltas: [value],
  usage: { promptTokens: 10, completionTokens: 2, totalTokens: 12 },
});
const cancelled = { code: 'generation_cancelled' };
const short = req(
  'be short',
  simpleValidate((value) => [value.length < 8, `has ${value.length} characters`]),
);

type Verb = readonly [
  name: string,
  plain: (m: Session) => Promise<ModelOutputThunk<unknown>>,
  lazy: (m: Session) => Promise<ModelOutputThunk<unknown>>,
  prompt: string,
];

const verbs: readonly Verb[] = [
  ['instruct', (m) => m.instruct('Say hello.'), (m) => m.ainstruct('Say hello.'), 'Say hello.'],
  ['chat', (m) => m.chat('Hi.'), (m) => m.achat('Hi.'), 'Hi.'],
  ['act', (m) => m.act(new CBlock('Go.')), (m) => m.aact(new CBlock('Go.')), 'Go.'],
  ['query', (m) => m.query('a list', 'How long?'), (m) => m.aquery('a list', 'How long?'), 'How long?'],
  [
    'transform',
    (m) => m.transform('a list', 'Sort it.'),
    (m) => m.atransform('a list', 'Sort it.'),
    'Sort it.',
  ],
];

describe.each(verbs)('%s', (_name, plain, lazy, prompt) => {
  it('in its plain form resolves with the finished answer, and adds a turn (8.1)', async () => {
    const { m, backend } = sessionOf();
    const answer = await plain(m);
    expect([answer.isComputed(), answer.value]).toEqual([true, 'Hello.']);
    expect(backend.calls[0]?.prompt).toContain(prompt);
    expect(m.ctx.lastTurn()?.output).toBe(answer);
    expect(m.ctx.asList()).toHaveLength(2);
  });

  it('in its lazy form resolves with a thunk that is not computed (8.1)', async () => {
    const { m } = sessionOf();
    const thunk = await lazy(m);
    expect(thunk.isComputed()).toBe(false);
    expect(await thunk.avalue()).toBe('Hello.');
    expect(m.ctx.lastTurn()?.output).toBe(thunk);
  });

  it('rejects with the error of the backend, and keeps no turn of it', async () => {
    const { m } = sessionOf({ error: new Error('The line is dead.') }, says('Better.'));
    await expect(plain(m)).rejects.toMatchObject({ code: 'backend' });
    expect(m.ctx.asList()).toEqual([]);
    const failing = new Session({ backend: sessionOf({ error: new Error('dead') }).backend });
    const thunk = await lazy(failing);
    await expect(thunk.avalue()).rejects.toMatchObject({ code: 'backend' });
    expect(failing.ctx.asList()).toEqual([]);
  });
});

describe('instruct', () => {
  it('shows all that an instruction is made of', async () => {
    const { m, backend } = sessionOf(says('Dear Ann'));
    await m.instruct('Write to {{ name }}.', {
      userVariables: { name: 'Ann {{ x }}' },
      requirements: [
        short,
        check(
          'never mention elephants',
          simpleValidate((value) => value.startsWith('Dear')),
        ),
      ],
      examples: ['Dear Bob'],
      groundingContext: { weather: 'rain' },
      prefix: 'Dear',
      images: [new ImageBlock(png)],
      strategy: null,
    });
    const prompt = backend.calls[0]?.prompt ?? '';
    for (const shown of ['Write to Ann {{ x }}.', '- be short', 'Dear Bob', 'rain', "start with 'Dear'"]) {
      expect(prompt).toContain(shown);
    }
    expect(prompt).not.toContain('elephants');
  });

  it('as a tag takes its values as data', async () => {
    const { m, backend } = sessionOf();
    const name = '{{ 7 * 7 }} {% for %}';
    await m.instruct`Write to ${name}, ${3} times.`;
    expect(backend.calls[0]?.prompt).toBe('Write to {{ 7 * 7 }} {% for %}, 3 times.');
    const lazy = await m.ainstruct`Write to ${name}.`;
    await lazy.avalue();
    expect(backend.calls[1]?.prompt).toBe('Write to {{ 7 * 7 }} {% for %}.');
  });

  it('takes thunks that are not computed yet in a text', async () => {
    const { m, backend } = sessionOf(says('{{ a story }}'), says('A title'));
    const story = await m.ainstruct('Tell a story.');
    expect(story.isComputed()).toBe(false);
    const title = await m.instruct(text`Find a title for "${story}", please.`);
    expect(title.value).toBe('A title');
    expect(backend.calls[1]?.prompt).toBe('Find a title for "{{ a story }}", please.');
    expect(() => text`${{} as never}`).toThrow(/Value 1 of the template must be text.*class Object/);
  });

  it('says what it cannot take', async () => {
    const { m, backend } = sessionOf();
    await expect(m.instruct(7 as never)).rejects.toThrow(/description must be text.*number 7/);
    await expect(m.instruct('x', { requirements: [7 as never] })).rejects.toThrow(/requirement must be text/);
    await expect(m.act('x', { signal: 'stop' as never })).rejects.toThrow(/signal must be an AbortSignal/);
    await expect(m.act('x', { modelOptions: { temperature: 'hot' as never } })).rejects.toThrow(
      /temperature/,
    );
    expect(backend.calls).toEqual([]);
    expect(m.ctx.asList()).toEqual([]);
  });
});

describe('chat', () => {
  it('reads a message out of the answer', async () => {
    const { m } = sessionOf();
    const { parsedRepr } = await m.chat('Hi.', { images: [new ImageBlock(png)] });
    expect([parsedRepr.role, parsedRepr.content]).toEqual(['assistant', 'Hello.']);
    expect(m.ctx.asList()[0]).toBeInstanceOf(Message);
  });
});

describe('transform', () => {
  class Table {
    rows: string[][];
    constructor(rows: string[][]) {
      this.rows = rows;
    }
    turned({ times }: { times: number }): Table {
      const [first = [], ...rest] = this.rows;
      return times === 0 ? this : new Table([...rest, first]).turned({ times: times - 1 });
    }
  }
  const parameters = z.object({ times: z.number() });
  const table = () =>
    mify(new Table([['a'], ['b']]), { fields: ['rows'], methods: { turned: { parameters } } });
  const calls = (times: number): ScriptedAnswer => ({
    toolCalls: [{ id: '1', name: 'turned', args: { times } }],
  });

  it('calls the method that the model chose, and gives what it gave', async () => {
    const { m } = sessionOf(calls(1));
    const answer = await m.transform(table(), 'Turn it once.');
    expect((answer.parsedRepr as Table).rows).toEqual([['b'], ['a']]);
    const lazy = await m.atransform(table(), 'Turn it once.');
    await lazy.avalue();
    expect(lazy.toolCalls?.map(({ name, args }) => [name, args])).toEqual([['turned', { times: 1 }]]);
  });

  it('puts what the method gave behind its call, and later calls behind both', async () => {
    const { backend } = sessionOf(calls(1), says('Done.'));
    const m = new Session({ backend, ctx: new ChatContext() });
    const turning = m.transform(table(), 'Turn it once.');
    const later = m.chat('Thanks.');
    expect(((await turning).parsedRepr as Table).rows).toEqual([['b'], ['a']]);
    expect((await later).value).toBe('Done.');
    const [, said, result, ...rest] = asChatHistory(m.ctx);
    const toolCalls = [{ id: '1', name: 'turned', args: { times: 1 } }];
    expect(said).toEqual({ role: 'assistant', content: '', toolCalls });
    expect(result).toMatchObject({ role: 'tool', name: 'turned', toolCallId: '1' });
    expect(rest.map(({ content }) => content)).toEqual(['Thanks.', 'Done.']);
    expect(backend.calls[1]?.view).toHaveLength(3);
  });

  it('leaves nothing of a turn whose method throws, and fails what is queued behind it', async () => {
    const { backend } = sessionOf(calls('x' as never), says('Fine.'));
    const m = new Session({ backend, ctx: new ChatContext() });
    const outcomes = await Promise.allSettled([m.transform(table(), 'Turn it.'), m.chat('And?')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect((await m.chat('Again.')).value).toBe('Fine.');
    expect(m.ctx.asList()).toHaveLength(2);
  });

  it('ends a method that runs when the session ends', async () => {
    const { m } = sessionOf({ toolCalls: [{ id: '1', name: 'wait', args: {} }] });
    let began = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      began = resolve;
    });
    const slow = mify({ wait: () => new Promise(() => began()) }, { fields: [], methods: { wait: {} } });
    const waiting = m.transform(slow, 'Wait.');
    await Promise.all([begun.then(() => m.cleanup()), expect(waiting).rejects.toMatchObject(cancelled)]);
  });

  it('rejects with what the method throws, and gives text when none is called or allowed', async () => {
    const { m } = sessionOf(calls('x' as never), says('[["b"],["a"]]'));
    await expect(m.transform(table(), 'Turn it.')).rejects.toMatchObject({ code: 'tool_arguments' });
    expect((await m.transform(table(), 'Turn it.')).parsedRepr).toBe('[["b"],["a"]]');
    // The script has the model call what it was not offered.
    const unasked = sessionOf(calls(1)).m.transform(table(), 'Turn it.', { toolCalls: false });
    await expect(unasked).rejects.toMatchObject({ code: 'unknown_tool' });
  });
});

describe('a format', () => {
  const city = z.object({ city: z.string() });

  it('types and validates the answer', async () => {
    const { m } = sessionOf(says('{"city":"Rome"}'));
    const answer = await m.instruct('Name a city.', { format: city });
    expect(answer.parsedRepr.city.toUpperCase()).toBe('ROME');
    const lazy = await m.achat('Name a city.', { format: city });
    await lazy.avalue();
    expect(lazy.parsedRepr?.city).toBe('Rome');
  });

  it('as plain JSON Schema is validated too (2.10)', async () => {
    const { m } = sessionOf(says('{"city":7}'));
    const format = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
    await expect(m.instruct('Name a city.', { format })).rejects.toThrow(ComponentParseError);
    await expect(m.act('Name a city.', { format })).rejects.toThrow(/city/);
  });

  it('that is not met counts as a failed attempt; after the last one it is an error', async () => {
    const mends = sessionOf(says('Rome!'), says('{"city":"Rome"}'));
    const requirements = [check(null, () => true)];
    const answer = await mends.m.instruct('Name a city.', { format: city, requirements });
    expect(answer.parsedRepr).toEqual({ city: 'Rome' });
    expect(mends.backend.calls).toHaveLength(2);

    const never = sessionOf(says('Rome!'));
    await expect(never.m.instruct('Name one.', { format: city, requirements })).rejects.toThrow(
      ComponentParseError,
    );
    expect(never.m.ctx.asList()).toEqual([]);
    const lazy = await never.m.ainstruct('Name one.', { format: city, requirements });
    await expect(lazy.avalue()).rejects.toThrow(ComponentParseError);
    expect(lazy.partialValue).toBe('Rome!');
    const all = await never.m.instruct('x', { format: city, requirements, returnSamplingResults: true });
    expect([all.success, all.sampleGenerations.length]).toEqual([false, 2]);
  });
});

describe('a strategy', () => {
  it('is rejection sampling with two attempts where there are requirements (8.2)', async () => {
    const { m, backend } = sessionOf(says('much too long'), says('still too long'), says('short'));
    const answer = await m.instruct('Say it.', { requirements: [short] });
    expect(answer.value).toBe('much too long'); // neither is good, so it is the first
    expect(backend.calls).toHaveLength(2);
    expect((await m.chat('Say it.', { requirements: [short] })).value).toBe('short');
  });

  it('is none without requirements, and none when it is null', async () => {
    const { m, backend } = sessionOf(says('much too long'));
    await m.instruct('Say it.');
    await m.instruct('Say it.', { requirements: [short], strategy: null });
    expect(backend.calls).toHaveLength(2);
  });

  it('is given the requirements of the component, then those of the call', async () => {
    const seen: string[] = [];
    const noting = (name: string) =>
      check(name, (ctx: Context) => {
        seen.push(`${name}: ${ctx.lastOutput()?.value}`);
        return true;
      });
    const { m } = sessionOf();
    const action = new Instruction('Say it.', { requirements: [noting('own')] });
    await m.act(action, { requirements: [noting('given')] });
    expect(seen).toEqual(['own: Hello.', 'given: Hello.']);
  });

  it('says when a strategy gives no result', async () => {
    class Idle extends SamplingStrategy {
      async sample(): Promise<never> {
        return {} as never;
      }
    }
    const answer = sessionOf().m.instruct('x', { strategy: new Idle() });
    await expect(answer).rejects.toThrow(
      'sample() of Idle must give a SamplingResult, got an object of class',
    );
  });

  it.each<[string, ScriptedAnswer, (thunk: ModelOutputThunk) => Promise<unknown>]>([
    ['fails', { ...says('too long by far'), error: new Error('dead') }, (thunk) => thunk.avalue()],
    ['is cancelled', { hangs: true }, (thunk) => thunk.cancelGeneration()],
  ])('keeps the usage of a run that %s (2.5)', async (_, second, end) => {
    const { m, backend } = sessionOf(says('too long by far'), second);
    const thunk = await m.ainstruct('Say it.', { requirements: [short] });
    while (backend.calls.length < 2) await new Promise((resolve) => setImmediate(resolve));
    await end(thunk).catch(() => undefined);
    expect(thunk.generation.usage?.totalTokens).toBe(second.usage ? 24 : 12);
  });

  it('makes one thunk of its run: computed on selection, in one piece, with all usage (8.2)', async () => {
    const { m } = sessionOf(
      { ...says(''), deltas: ['much ', 'too ', 'long'] },
      { ...says(''), deltas: ['sho', 'rt'], thinking: 'Hm.' },
    );
    const thunk = await m.ainstruct('Say it.', { requirements: [short], modelOptions: { stream: true } });
    expect(thunk.isComputed()).toBe(false);
    const pieces: string[] = [];
    for await (const piece of thunk) pieces.push(piece);
    expect(pieces).toEqual(['short']);
    expect(thunk.generation).toMatchObject({
      usage: { promptTokens: 20, completionTokens: 4, totalTokens: 24 },
      provider: 'scripted',
      streaming: false,
      ttfbMs: null,
      finishReason: 'stop',
    });
    expect([thunk.thinking, thunk.generateLog?.isFinalResult]).toEqual(['Hm.', true]);
    expect(m.lastPrompt()).toEqual([{ role: 'user', content: expect.stringContaining('Say it.') }]);
  });

  it('counts what judges used', async () => {
    const { m } = sessionOf(says('Hello.'), says('yes'));
    const answer = await m.instruct('Say it.', { requirements: ['be polite'] });
    expect(answer.generation.usage?.totalTokens).toBe(24);
  });

  it('gives all attempts on request', async () => {
    const { m } = sessionOf(says('much too long'), says('short'));
    const all = await m.instruct('Say it.', { requirements: [short], returnSamplingResults: true });
    expect(all).toBeInstanceOf(SamplingResult);
    expect([all.success, all.resultIndex, all.result.value]).toEqual([true, 1, 'short']);
    expect(all.sampleValidations[0]?.[0]?.[1].reason).toBe('has 13 characters');
    const only = await m.chat('Hi.', { returnSamplingResults: true });
    expect([only.success, only.sampleGenerations.length, only.result.value]).toEqual([true, 1, 'short']);
  });

  it('leaves in the context what it leaves, with the thunk that the caller holds', async () => {
    const { m } = sessionOf(says('much too long'), says('short'));
    const answer = await m.instruct('Say it.', { requirements: [short] });
    expect(m.ctx.asList().map(String)).toHaveLength(2);
    expect(m.ctx.lastOutput()).toBe(answer);
  });

  it('that throws rejects the plain form with what it threw, the lazy one with an error of the family', async () => {
    const broken = req('be checked', () => {
      throw new RangeError('The validator is broken.');
    });
    const { m } = sessionOf();
    await expect(m.instruct('x', { requirements: [broken] })).rejects.toThrow(RangeError);
    const lazy = await m.ainstruct('x', { requirements: [broken] });
    await expect(lazy.avalue()).rejects.toMatchObject({
      code: 'backend',
      message: /The validator is broken/,
    });
    expect(m.ctx.asList()).toEqual([]);
  });

  it('is stopped by a cancel of its thunk, and by the signal', async () => {
    const { m, backend } = sessionOf({ hangs: true });
    const thunk = await m.ainstruct('x', { requirements: [short] });
    await thunk.cancelGeneration();
    expect([thunk.isComputed(), thunk.value, thunk.cancelled]).toEqual([true, '', true]);
    const controller = new AbortController();
    const strategy = new RejectionSamplingStrategy({ loopBudget: 3 });
    const aborted = await m.ainstruct('x', { strategy, signal: controller.signal });
    controller.abort();
    await expect(aborted.avalue()).rejects.toMatchObject({ code: 'generation_cancelled' });
    expect(backend.calls.every(({ signal }) => signal.aborted)).toBe(true);
    await expect(m.instruct('x', { strategy, signal: controller.signal })).rejects.toMatchObject({
      code: 'generation_cancelled',
    });
    expect(backend.calls).toHaveLength(2);
  });
});

describe('validate', () => {
  it('gives the verdicts on the last output, in the order given, and adds no turn', async () => {
    const { m, backend } = sessionOf(says('Hello.'), says('no'));
    const thunk = await m.ainstruct('Say hello.');
    const verdicts = await m.validate([
      short,
      'be rude',
      new Requirement(null, { validationFn: () => false }),
    ]);
    expect(verdicts.map((verdict) => verdict.asBool())).toEqual([true, false, false]);
    expect(verdicts[0]).toBeInstanceOf(ValidationResult);
    expect(await thunk.avalue()).toBe('Hello.');
    expect(m.ctx.asList()).toHaveLength(2);
    expect(backend.calls).toHaveLength(2);
    const [again] = await m.avalidate(short);
    expect(again?.reason).toBe('has 6 characters');
  });

  it('judges an output that is given', async () => {
    const { m } = sessionOf();
    const asked: (string | undefined)[] = [];
    const noting = check(null, (ctx) => {
      asked.push(ctx.lastTurn()?.modelInput?.toString());
      return true;
    });
    const [verdict] = await m.validate([short, noting], { output: 'much too long', input: 'Say it.' });
    expect([verdict?.asBool(), asked]).toEqual([false, ['Say it.']]);
  });

  it('refuses an input without the output that it belongs to', async () => {
    const asked = sessionOf().m.validate([short], { input: 'Say it.' });
    await expect(asked).rejects.toThrow('validate: input belongs to an output; give that as `output`.');
  });

  it('fails when what it waits for fails, and when a validator does', async () => {
    const { m } = sessionOf({ error: new Error('dead') });
    await m.ainstruct('x');
    await expect(m.validate([short])).rejects.toMatchObject({ code: 'backend' });
    const broken = req('x', () => Promise.reject(new RangeError('broken')));
    await expect(m.validate(broken, { output: 'x' })).rejects.toThrow(RangeError);
  });
});
