import { AsyncLocalStorage } from 'node:async_hooks';
import { Context, type Logger, type ModelOutputThunk, type Part, setLogger } from '@melliflow/core';
import { setHookDispatcher } from '@melliflow/core/implement';
import { type ScriptedAnswer, ScriptedBackend } from '@melliflow/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChatContext } from '../../src/contexts/chat-context.js';
import { SimpleContext } from '../../src/contexts/simple-context.js';
import { check } from '../../src/requirements/check.js';
import { MultiTurnStrategy } from '../../src/sampling/multi-turn-strategy.js';
import { Session } from '../../src/session/session.js';
import { GatedBackend } from './gated-backend.js';

const said: string[] = [];
const logger: Logger = { debug() {}, info() {}, error() {}, warn: (message) => said.push(message) };

beforeEach(() => {
  said.length = 0;
  setLogger(logger);
});

afterEach(() => {
  setLogger(null);
  setHookDispatcher(null);
});

const echoes: readonly ScriptedAnswer[] = ['A', 'B', 'C', 'D'].map((value) => ({ deltas: [value] }));
const dead = new Error('The line is dead.');
const words = (ctx: Context): string => ctx.asList().map(wordsOf).join(' ');
const wordsOf = (part: Part): string => ('content' in part ? String(part.content) : String(part));

describe('calls on a ChatContext', () => {
  it('take their context in call order: two unawaited calls keep both turns (3.3)', async () => {
    const backend = new GatedBackend(echoes);
    const m = new Session({ backend, ctx: new ChatContext() });
    const first = await m.achat('one');
    const second = await m.achat('two');
    expect([first.isComputed(), second.isComputed()]).toEqual([false, false]);
    await backend.answer(0);
    await backend.answer(1);
    expect([await first.avalue(), await second.avalue()]).toEqual(['A', 'B']);
    expect(words(m.ctx)).toBe('one A two B');
    expect(backend.calls.map(({ prompt }) => prompt)).toEqual(['one', 'one\n\nA\n\ntwo']);
    expect(m.ctx.asList()[1]).toBe(first);
    expect(m.ctx.lastOutput()).toBe(second);
  });

  it('do so whatever their verbs and forms, with no await between them', async () => {
    const backend = new ScriptedBackend(echoes);
    const m = new Session({ backend, ctx: new ChatContext() });
    const never = check(null, () => true);
    const answers = await Promise.all([
      m.chat('one'),
      m.instruct('two', { requirements: [never] }),
      m.aact('three').then((thunk) => thunk.avalue()),
      m.chat('four'),
    ]);
    expect(answers.map(String)).toEqual(['A', 'B', 'C', 'D']);
    expect(backend.calls.at(-1)?.prompt).toBe('one\n\nA\n\ntwo\n\nB\n\nthree\n\nC\n\nfour');
  });

  it('leave the reading of a thunk to its caller, while others wait for it (2.3)', async () => {
    const backend = new ScriptedBackend([{ deltas: ['a', 'b', 'c'] }, { deltas: ['later'] }]);
    const m = new Session({ backend, ctx: new ChatContext(), modelOptions: { stream: true } });
    const first = await m.achat('one');
    await m.chat('two');
    expect(first.isComputed()).toBe(false);
    let read = '';
    while (!first.isComputed()) read += await first.astream();
    expect(read).toBe('abc');
    expect(backend.calls[1]?.prompt).toBe('one\n\nabc\n\ntwo');
  });

  it('are warned of when they overlap, once per session', async () => {
    const backend = new GatedBackend(echoes);
    const m = new Session({ backend, ctx: new ChatContext() });
    const thunks = [await m.achat('one'), await m.achat('two'), await m.achat('three')];
    for (const index of thunks.keys()) await backend.answer(index);
    await Promise.all(thunks.map((thunk) => thunk.avalue()));
    await m.achat('four');
    expect(said.filter((message) => message.includes('stale context'))).toHaveLength(1);
  });

  it('are not warned of when each waits for the one before', async () => {
    const m = new Session({ backend: new ScriptedBackend(echoes), ctx: new ChatContext() });
    await m.chat('one');
    await (await m.achat('two')).avalue();
    await m.chat('three');
    expect(said).toEqual([]);
  });

  it('behind a failing turn fail with the same error; then the failed turns are gone', async () => {
    const backend = new ScriptedBackend([{ deltas: ['A'] }, { error: dead }, { deltas: ['B'] }]);
    const m = new Session({ backend, ctx: new ChatContext() });
    await m.chat('one');
    const failing = m.chat('two');
    const queued = m.chat('three');
    const sampled = m.instruct('four', { requirements: [check(null, () => true)] });
    const lazy = await m.achat('five');
    const outcomes = await Promise.allSettled([failing, queued, sampled, lazy.avalue()]);
    const reasons = outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason);
    expect(reasons[0]).toMatchObject({ code: 'backend' });
    expect(new Set(reasons).size).toBe(1);
    expect(words(m.ctx)).toBe('one A');
    expect((await m.chat('six')).value).toBe('B');
    expect(backend.calls.at(-1)?.prompt).toBe('one\n\nA\n\nsix');
    expect(backend.calls).toHaveLength(3);
  });

  it('are not tried again by a strategy when it is the turn before that cannot be read', async () => {
    const backend = new ScriptedBackend([{ deltas: ['no JSON'] }, { deltas: ['A'] }]);
    const m = new Session({ backend, ctx: new ChatContext() });
    const unreadable = m.chat('one', { format: { type: 'object' } });
    const requirements = [check(null, () => true)];
    const queued = m.chat('two', { requirements, returnSamplingResults: true });
    const [first, second] = await Promise.allSettled([unreadable, queued]);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'component_parse' } });
    expect(second).toEqual(first);
    expect(backend.calls).toHaveLength(1);
  });

  it('give their thunks at once, also behind a transformation', async () => {
    const backend = new GatedBackend(echoes);
    const m = new Session({ backend, ctx: new ChatContext() });
    const changing = m.transform('a list', 'Sort it.');
    const later = await m.achat('two');
    await backend.answer(0);
    await backend.answer(1);
    expect([(await changing).value, await later.avalue()]).toEqual(['A', 'B']);
  });

  it('are cancelled while they wait for the one before, also with a strategy (4.6)', async () => {
    const m = new Session({ backend: new ScriptedBackend([{ hangs: true }]), ctx: new ChatContext() });
    const first = await m.achat('one');
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = [m.chat('two', { signal }), m.chat('three', { requirements: ['be kind'], signal })];
    setImmediate(() => controller.abort(new Error('enough')));
    for (const outcome of await Promise.allSettled(waiting))
      expect(outcome).toMatchObject({ reason: { code: 'generation_cancelled' } });
    await first.cancelGeneration();
  });

  it('made as soon as a failure is seen do not queue behind what is about to fail with it', async () => {
    const backend = new GatedBackend([{ error: dead }, { deltas: ['B'] }]);
    const m = new Session({ backend, ctx: new ChatContext() });
    const failing = await m.achat('one');
    const doomed = await m.achat('two');
    await backend.answer(0);
    const again = await new Promise<ModelOutputThunk<unknown>>((resolve) => {
      (async () => {
        for await (const _ of failing);
      })().catch(() => resolve(m.achat('three')));
    });
    await backend.answer(1);
    expect(await again.avalue()).toBe('B');
    await expect(doomed.avalue()).rejects.toMatchObject({ code: 'backend' });
    expect(words(m.ctx)).toBe('three B');
  });

  it('that cannot begin take those with them that were made meanwhile', async () => {
    const backend = new ScriptedBackend(echoes);
    const m = new Session({ backend, ctx: new ChatContext() });
    const refused = m.chat('one', { modelOptions: { temperature: 'hot' as never } });
    const queued = m.chat('two');
    const [first, second] = await Promise.allSettled([refused, queued]);
    expect(first).toMatchObject({ status: 'rejected', reason: { message: /temperature/ } });
    expect(second).toEqual(first);
    expect((await m.chat('three')).value).toBe('A');
    expect(words(m.ctx)).toBe('three A');
  });

  it('wait for hooks of the one before', async () => {
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let first = true;
    setHookDispatcher({
      capture: () => ({
        has: (type) => type === 'component_pre_execute',
        async dispatch(_type, payload) {
          if (first) {
            first = false;
            await held;
          }
          return payload;
        },
      }),
    });
    const backend = new ScriptedBackend(echoes);
    const m = new Session({ backend, ctx: new ChatContext() });
    const both = Promise.all([m.chat('one'), m.chat('two')]);
    letGo();
    expect((await both).map(String)).toEqual(['A', 'B']);
    expect(words(m.ctx)).toBe('one A two B');
  });

  it('keep a turn that was cancelled, with the part that came', async () => {
    const backend = new ScriptedBackend([{ deltas: ['par'], hangs: true }, { deltas: ['B'] }]);
    const m = new Session({ backend, ctx: new ChatContext(), modelOptions: { stream: true } });
    const thunk = await m.achat('one');
    await thunk[Symbol.asyncIterator]().next();
    await thunk.cancelGeneration();
    await m.chat('two');
    expect(words(m.ctx)).toBe('one par two B');
  });

  it('have the whole conversation of a strategy in their past', async () => {
    const backend = new ScriptedBackend(echoes);
    const m = new Session({ backend, ctx: new ChatContext() });
    let checks = 0;
    const second = check('be the second', () => ++checks > 1);
    const answer = await m.chat('one', {
      requirements: [second],
      strategy: new MultiTurnStrategy({ loopBudget: 2 }),
    });
    expect(answer.value).toBe('B');
    expect(m.ctx.asList()).toHaveLength(4);
    expect(m.ctx.lastOutput()).toBe(answer);
    await m.chat('two');
    expect(backend.calls.at(-1)?.prompt).toMatch(/^one\n\nA\n\n.*\n\nB\n\ntwo$/s);
  });

  it('that a validator or a plugin makes in its own turn are refused, since they would wait for ever', async () => {
    const m = new Session({ backend: new ScriptedBackend(echoes), ctx: new ChatContext() });
    const errors: unknown[] = [];
    const nested = (ask: () => Promise<unknown>) =>
      check(null, async () => {
        await ask().catch((error: unknown) => errors.push(error));
        return true;
      });
    const judge = check(null, () => true);
    await m.chat('one', { requirements: [nested(() => m.chat('two')), nested(() => m.validate(judge))] });
    expect(errors).toMatchObject([{ code: 'nested_call' }, { code: 'nested_call' }]);
    expect((errors[0] as Error).message).toMatch(/clone\(\)/);
    const allowed = [
      () =>
        m
          .clone()
          .chat('three')
          .catch((error: unknown) => errors.push(error)),
      () => new Session({ backend: m.backend }).chat('four'),
      () => m.validate(judge, { output: 'x' }),
    ];
    await m.chat('five', { requirements: allowed.map(nested) });
    expect(errors).toHaveLength(2);
    let later = (): Promise<unknown> => Promise.resolve();
    const keeping = check(null, () => {
      const inHere = AsyncLocalStorage.snapshot();
      later = () => inHere(() => m.chat('seven'));
      return true;
    });
    await m.chat('six', { requirements: [keeping] });
    await later();
    expect(words(m.ctx)).toMatch(/^one . five . six . seven .$/);
  });

  it('of a thousand in a row lose nothing', async () => {
    const backend = new ScriptedBackend([{ deltas: ['x'] }]);
    const m = new Session({ backend, ctx: new ChatContext({ windowSize: 2 }) });
    const thunks = await Promise.all(Array.from({ length: 1000 }, (_, i) => m.achat(`${i}`)));
    await thunks.at(-1)?.avalue();
    expect(m.ctx.asList()).toHaveLength(2000);
    expect(backend.calls.at(-1)?.prompt).toBe('998\n\nx\n\n999');
  });
});

describe('calls on a SimpleContext', () => {
  it('run in parallel, keep their turns in call order, and are never warned of', async () => {
    const backend = new GatedBackend(echoes);
    const m = new Session({ backend });
    const thunks = [await m.ainstruct('one'), await m.ainstruct('two'), await m.ainstruct('three')];
    while (backend.started < 3) await new Promise((resolve) => setImmediate(resolve));
    for (const index of [2, 0, 1]) await backend.answer(index);
    expect(await Promise.all(thunks.map((thunk) => thunk.avalue()))).toEqual(['A', 'B', 'C']);
    expect(m.ctx.asList().filter((_, i) => i % 2 === 1)).toEqual(thunks);
    expect(said).toEqual([]);
  });

  it('fail alone', async () => {
    const backend = new ScriptedBackend([{ deltas: ['A'] }, { error: dead }, { deltas: ['C'] }]);
    const m = new Session({ backend });
    const outcomes = await Promise.allSettled([m.chat('one'), m.chat('two'), m.chat('three')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(words(m.ctx)).toBe('one A three C');
  });

  it('cost the same each, however many run', async () => {
    let adds = 0;
    class Counting extends SimpleContext {
      override add(part: Part): this {
        adds += 1;
        return super.add(part);
      }
    }
    const m = new Session({ backend: new ScriptedBackend([{ deltas: ['x'] }]), ctx: new Counting() });
    const thunks: ModelOutputThunk[] = [];
    for (let i = 0; i < 500; i++) thunks.push(await m.ainstruct(`${i}`));
    await Promise.all(thunks.map((thunk) => thunk.avalue()));
    expect(m.ctx.asList()).toHaveLength(1000);
    expect(adds).toBeLessThanOrEqual(500 * 6);
  });
});

describe('a context of your own', () => {
  it('is treated as one that shows the past', async () => {
    class LastWord extends Context {
      viewForGeneration(): Part[] {
        return this.asList(1);
      }
    }
    const backend = new ScriptedBackend(echoes);
    const m = new Session({ backend, ctx: new LastWord() });
    await Promise.all([m.chat('one'), m.chat('two')]);
    expect(backend.calls.at(-1)?.prompt).toBe('A\n\ntwo');
    expect(said).toHaveLength(1);
  });

  it('without a view is refused before any request (3.1)', async () => {
    class Blind extends Context {
      viewForGeneration(): null {
        return null;
      }
    }
    const backend = new ScriptedBackend(echoes);
    const m = new Session({ backend, ctx: new Blind() });
    await expect(m.chat('one')).rejects.toMatchObject({ code: 'invalid_request' });
    const requirements = [check(null, () => true)];
    await expect(m.chat('one', { requirements })).rejects.toMatchObject({ code: 'invalid_request' });
    expect(backend.calls).toEqual([]);
  });
});
