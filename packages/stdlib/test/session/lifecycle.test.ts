import { type HookPayloads, type HookType, PluginError } from '@melliflow/core';
import { setHookDispatcher } from '@melliflow/core/implement';
import { type ScriptedAnswer, ScriptedBackend } from '@melliflow/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ChatContext } from '../../src/contexts/chat-context.js';
import { SimpleContext } from '../../src/contexts/simple-context.js';
import { check } from '../../src/requirements/check.js';
import { act } from '../../src/session/act.js';
import { getSession } from '../../src/session/current-session.js';
import { Session } from '../../src/session/session.js';
import { SessionEndedError } from '../../src/session/session-ended-error.js';
import { recordHooks } from '../recorded-hooks.js';

const echoes: readonly ScriptedAnswer[] = ['A', 'B', 'C', 'D'].map((value) => ({ deltas: [value] }));
const chat = (...script: ScriptedAnswer[]): Session =>
  new Session({ backend: new ScriptedBackend(script.length > 0 ? script : echoes), ctx: new ChatContext() });
const always = check(null, () => true);
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

afterEach(() => setHookDispatcher(null));

describe('a session', () => {
  it('is made of a backend and a past', () => {
    const backend = new ScriptedBackend(echoes);
    const m = new Session({ backend });
    expect(m.backend).toBe(backend);
    expect(m.ctx).toBeInstanceOf(SimpleContext);
    expect(m.id).toMatch(/^[0-9a-f]{32}$/);
    expect(JSON.parse(JSON.stringify(m))).toEqual({
      id: m.id,
      provider: 'scripted',
      modelId: 'scripted',
      ctx: [],
    });
    expect(() => new Session({ backend: 'ollama' as never })).toThrow(/backend must be a Backend.*"ollama"/);
  });

  it('has options of its own, over those of the backend and under those of a call (4.5)', async () => {
    const backend = new ScriptedBackend(echoes, { modelOptions: { temperature: 1, topP: 0.5 } });
    const m = new Session({ backend, modelOptions: { temperature: 0.5, seed: 1 } });
    await m.chat('x', { modelOptions: { seed: 2 } });
    await m.instruct('x', { modelOptions: { seed: 2 }, requirements: [always] });
    for (const { modelOptions } of backend.calls) {
      expect(modelOptions).toMatchObject({ temperature: 0.5, topP: 0.5, seed: 2 });
    }
    await expect(m.chat('x', { modelOptions: 7 as never })).rejects.toThrow(/modelOptions must be an object/);
  });

  it('refuses options that are none', () => {
    const init = { backend: new ScriptedBackend(echoes), modelOptions: 5 as never };
    expect(() => new Session(init)).toThrow('modelOptions must be an object, got number 5.');
  });

  it('can be given another past', async () => {
    const m = chat();
    await m.chat('one');
    m.ctx = new ChatContext();
    await m.chat('two');
    expect(m.ctx.asList()).toHaveLength(2);
    expect(() => {
      m.ctx = [] as never;
    }).toThrow(/ctx of a session must be a Context, got an array/);
  });
});

describe('lastPrompt', () => {
  it('is what the model was sent last', async () => {
    const m = chat({ deltas: ['A'] }, { error: new Error('dead') });
    expect(m.lastPrompt()).toBeNull();
    await m.chat('one');
    expect(m.lastPrompt()).toEqual([{ role: 'user', content: 'one' }]);
    await expect(m.chat('two')).rejects.toThrow();
    expect(m.lastPrompt()).toEqual([{ role: 'user', content: expect.stringContaining('two') }]);
  });
});

describe('clone', () => {
  it('goes its own way from the same past', async () => {
    const m = chat();
    await m.chat('one');
    const fork = m.clone();
    expect([fork.backend, fork.id === m.id]).toEqual([m.backend, false]);
    await Promise.all([m.chat('two'), fork.chat('three')]);
    expect(m.ctx.asList().map(String).slice(1, 2)).toEqual(['A']);
    expect([m.ctx.asList().length, fork.ctx.asList().length]).toEqual([4, 4]);
    expect(fork.ctx.asList().slice(0, 2)).toEqual(m.ctx.asList().slice(0, 2));
  });

  it('takes over what still runs, and drops it when it fails', async () => {
    const m = chat({ deltas: ['A'], delayMs: 5, error: new Error('dead') }, { deltas: ['B'] });
    const thunk = await m.achat('one');
    const fork = m.clone();
    expect(fork.ctx.asList()).toHaveLength(2);
    await expect(thunk.avalue()).rejects.toThrow();
    expect((await fork.chat('two')).value).toBe('B');
    expect(fork.ctx.asList()).toHaveLength(2);
  });
});

describe('a session that has ended', () => {
  it('is not cloned: its backend may be gone', async () => {
    const m = chat();
    await m.cleanup();
    expect(() => m.clone()).toThrow(SessionEndedError);
  });
});

describe('reset', () => {
  it('forgets the past at once, and keeps the settings of the context', async () => {
    const m = new Session({ backend: new ScriptedBackend(echoes), ctx: new ChatContext({ windowSize: 2 }) });
    await m.chat('one');
    const running = await m.achat('two');
    void m.reset();
    expect([m.ctx.asList(), (m.ctx as ChatContext).windowSize]).toEqual([[], 2]);
    await running.avalue();
    expect(m.ctx.asList()).toEqual([]);
    expect((await m.chat('three')).value).toBe('C');
  });
});

describe('cleanup', () => {
  it('ends what runs, in every form, and waits until nothing does', async () => {
    const m = new Session({ backend: new ScriptedBackend([{ deltas: ['par'], hangs: true }]) });
    const backend = m.backend as ScriptedBackend;
    const lazy = await m.ainstruct('one', { modelOptions: { stream: true } });
    const sampled = await m.ainstruct('two', { requirements: [always] });
    const own = new AbortController();
    const plain = m.chat('three', { signal: own.signal });
    const stream = await m.stream('four');
    const judged = m.validate('be good', { output: 'x' });
    await tick();
    await m.cleanup();
    expect(lazy.partialValue).toBe('par');
    for (const work of [lazy.avalue(), sampled.avalue(), plain, stream.acomplete(), judged]) {
      await expect(work).rejects.toMatchObject({ code: 'generation_cancelled' });
    }
    expect(backend.calls.map(({ signal }) => signal.aborted)).toEqual([true, true, true, true, true]);
    expect(own.signal.aborted).toBe(false);
    expect(m.ctx.asList()).toEqual([]);
  });

  it('leaves answers that were computed, and refuses later calls', async () => {
    const m = chat();
    const answer = await m.chat('one');
    await Promise.all([m.cleanup(), m.cleanup()]);
    expect(answer.value).toBe('A');
    for (const call of [m.chat('x'), m.ainstruct('x'), m.validate([]), m.stream('x')]) {
      await expect(call).rejects.toMatchObject({ code: 'session_ended', message: /start a new one/ });
    }
  });

  it('is what `await using` does', async () => {
    const backend = new ScriptedBackend([{ hangs: true }]);
    {
      await using m = new Session({ backend });
      await m.ainstruct('x');
      await tick();
    }
    expect(backend.calls[0]?.signal.aborted).toBe(true);
  });
});

describe('run', () => {
  it('makes the session the current one, also after an await and in parallel', async () => {
    const [one, two] = [chat(), chat()];
    const idsOf = async (m: Session): Promise<string[]> =>
      m.run(async () => {
        const before = getSession().id;
        await tick();
        return [before, getSession().id];
      });
    expect(await Promise.all([idsOf(one), idsOf(two)])).toEqual([
      [one.id, one.id],
      [two.id, two.id],
    ]);
    expect(one.run(() => two.run(() => getSession()))).toBe(two);
    expect(one.run(() => 7)).toBe(7);
    expect(() => getSession()).toThrow(expect.objectContaining({ code: 'no_session' }));
  });

  it('says so where there is no AsyncLocalStorage', async () => {
    vi.resetModules();
    const slot = Symbol.for('@melliflow/stdlib/session');
    const known = Reflect.get(globalThis, slot);
    Reflect.deleteProperty(globalThis, slot);
    vi.stubGlobal('process', {});
    try {
      expect(() => chat().run(() => 1)).toThrow(expect.objectContaining({ code: 'unsupported_feature' }));
    } finally {
      vi.unstubAllGlobals();
      Reflect.set(globalThis, slot, known);
    }
  });
});

describe('a thunk that nobody awaits', () => {
  it('leaves no unhandled rejection when it fails, in any form', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): unknown => unhandled.push(reason);
    process.on('unhandledRejection', note);
    try {
      const m = chat({ error: new Error('dead') });
      await m.ainstruct('one');
      await m.achat('two', { requirements: [always] });
      await m.aquery('x', 'three');
      await m.stream('four');
      recordHooks('component');
      await m.ainstruct('five');
      await m.ainstruct('six', { requirements: [always] });
      for (let i = 0; i < 20; i++) await tick();
      expect(m.ctx.asList()).toEqual([]);
    } finally {
      process.off('unhandledRejection', note);
    }
    expect(unhandled).toEqual([]);
  });
});

describe('hooks', () => {
  const typesOf = (recorded: readonly { readonly type: HookType }[]): HookType[] =>
    recorded.map(({ type }) => type);

  it('tell of a component before and after, once each, in both forms', async () => {
    const recorded = recordHooks('component');
    const m = chat({ deltas: ['A'] }, { deltas: ['B'] }, { error: new Error('dead') });
    await m.instruct('one', { modelOptions: { seed: 1 } });
    const lazy = await m.achat('two', { requirements: [always] });
    await lazy.avalue();
    await expect(m.chat('three')).rejects.toThrow();
    expect(typesOf(recorded)).toEqual([
      'component_pre_execute',
      'component_post_success',
      'component_pre_execute',
      'component_post_success',
      'component_pre_execute',
      'component_post_error',
    ]);
    const [before, after, , sampled, , error] = recorded.map(({ payload }) => payload);
    expect(before).toMatchObject({ componentType: 'Instruction', strategy: null, modelOptions: { seed: 1 } });
    expect(after).toMatchObject({
      samplingResult: null,
      result: { value: 'A' },
      latencyMs: expect.any(Number),
    });
    expect(sampled).toMatchObject({ componentType: 'Message', samplingResult: { success: true } });
    expect(error).toMatchObject({ errorType: 'BackendError', error: { code: 'backend' } });
  });

  it('tell of a cancel as an error', async () => {
    const recorded = recordHooks('component_post');
    const m = chat({ deltas: ['par'], hangs: true });
    for (const thunk of [await m.ainstruct('x'), await m.ainstruct('x', { requirements: [always] })]) {
      await thunk.cancelGeneration();
      await tick();
      m.ctx = new ChatContext();
    }
    expect(recorded.map(({ type, payload }) => [type, payload.errorType])).toEqual([
      ['component_post_error', 'GenerationCancelledError'],
      ['component_post_error', 'GenerationCancelledError'],
    ]);
  });

  it('do not count as reading a lazy thunk', async () => {
    recordHooks('component');
    const m = new Session({ backend: new ScriptedBackend([{ deltas: ['a', 'b'] }]) });
    const thunk = await m.ainstruct('x', { modelOptions: { stream: true } });
    while (!thunk.settled) await tick();
    await tick();
    expect(thunk.isComputed()).toBe(false);
    expect(await thunk.astream()).toBe('ab');
  });

  it('may change requirements, options, format, strategy and tools before', async () => {
    recordHooks('component', {
      component_pre_execute: (payload) => ({
        ...payload,
        requirements: [check('never', () => false)],
        modelOptions: { seed: 7 },
      }),
    });
    const backend = new ScriptedBackend(echoes);
    const { samplingResult } = await act('x', new SimpleContext(), backend, { requirements: [always] });
    expect(samplingResult.success).toBe(false);
    expect(backend.calls.map(({ modelOptions }) => modelOptions.seed)).toEqual([7, 8]);
  });

  it('that refuse reach the caller, and those in error hooks do not', async () => {
    const refuse = (type: string) => (): never => {
      throw new PluginError('no', { hookType: type, pluginName: 'p' });
    };
    const recorded = recordHooks('component', { component_pre_execute: refuse('pre') });
    const m = chat({ error: new Error('dead') }, { deltas: ['A'] });
    await expect(m.chat('x')).rejects.toMatchObject({ code: 'plugin' });
    expect(typesOf(recorded)).toEqual(['component_pre_execute', 'component_post_error']);
    recordHooks('component', { component_post_error: refuse('post') });
    await expect(m.chat('x')).rejects.toMatchObject({ code: 'backend' });
    recordHooks('component', { component_post_success: refuse('post') });
    await expect(m.chat('x')).rejects.toMatchObject({ code: 'plugin' });
    expect(await (await m.achat('x')).avalue()).toBe('A');
  });

  it('tell where they fire', async () => {
    const contexts: unknown[] = [];
    setHookDispatcher({
      capture: () => ({
        has: (type) => type.startsWith('component') || type.startsWith('session'),
        async dispatch<T extends HookType>(_type: T, payload: HookPayloads[T], context: unknown) {
          contexts.push(context);
          return payload;
        },
      }),
    });
    const m = chat();
    await m.chat('x');
    await m.reset();
    await m.cleanup();
    const { backend, id: sessionId } = m;
    const expected = { backend, provider: 'scripted', modelId: 'scripted', sessionId };
    expect(contexts).toEqual([expected, expected, expected, expected]);
  });

  it('tell of a reset and of the end', async () => {
    const recorded = recordHooks('session');
    const m = chat();
    await m.chat('one');
    await m.reset();
    await m.chat('two');
    await m.cleanup();
    await m.cleanup();
    expect(recorded).toMatchObject([
      { type: 'session_reset', payload: { sessionId: m.id } },
      { type: 'session_cleanup', payload: { sessionId: m.id, interactionCount: 2 } },
    ]);
  });

  it('that throw at the end do not keep the session from ending', async () => {
    recordHooks('session', {
      session_cleanup: () => {
        throw new Error('no');
      },
    });
    const m = chat();
    await m.chat('one');
    await expect(m.cleanup()).rejects.toThrow('no');
    expect(m.ctx.asList()).toEqual([]);
  });
});
