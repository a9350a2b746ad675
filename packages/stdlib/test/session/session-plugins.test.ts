import { type Backend, HookType, type ModelOutputThunk } from '@melliflow/core';
import { captureHooks } from '@melliflow/core/implement';
import { type AnyHook, block, hook, Plugin, PluginSet, register, unregister } from '@melliflow/plugins';
import { type ScriptedAnswer, ScriptedBackend } from '@melliflow/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { mify } from '../../src/components/mify.js';
import { SimpleContext } from '../../src/contexts/simple-context.js';
import { generative } from '../../src/generative/generative.js';
import { check } from '../../src/requirements/check.js';
import { req } from '../../src/requirements/req.js';
import { Session } from '../../src/session/session.js';
import { startSession } from '../../src/session/start-session.js';
import { callTools } from '../../src/tools/call-tools.js';
import { react } from '../../src/tools/react.js';
import { tool } from '../../src/tools/tool.js';
import { Listener, listening } from '../heard-hooks.js';

const echo: ScriptedAnswer = { deltas: ['Yes. ', 'It is.'] };
const says = (text: string): ScriptedAnswer => ({ deltas: [text] });
const calls = (name: string, args = {}): ScriptedAnswer => ({ toolCalls: [{ id: 'c', name, args }] });
const scripted = (...script: ScriptedAnswer[]): ScriptedBackend =>
  new ScriptedBackend(script.length > 0 ? script : [echo]);
const never = check('never', () => false);
const noArguments = z.object({});
const one = tool({ name: 'one', parameters: noArguments, execute: () => 1 });
const counter = () =>
  mify({ n: 1, grow: () => 2 }, { fields: ['n'], methods: { grow: { parameters: noArguments } } });

afterEach(() => expect(listening(), 'plugins that a test left behind').toBe(0));

describe('the plugins of a session', () => {
  it('are told of all that it does, from before it is made until its end, with its id', async () => {
    const listener = new Listener();
    const script = [echo, echo, echo, calls('grow'), calls('one'), { error: new Error('dead') }];
    const m = await startSession({ backend: scripted(...script), contextType: 'chat', plugins: [listener] });
    await m.instruct('x', { requirements: [never] });
    await m.validate(check('good', () => true));
    await (await m.stream('x')).acomplete();
    await m.transform(counter(), 'Count on.');
    await m.run(async () =>
      callTools(await m.chat('x', { toolCalls: true, modelOptions: { tools: [one] } })),
    );
    await expect(m.chat('x')).rejects.toMatchObject({ code: 'backend' });
    await m.reset();
    await m.cleanup();
    const { types, heard } = listener;
    expect(types.slice(0, 3)).toEqual(['session_pre_init', 'session_post_init', 'component_pre_execute']);
    expect(types.slice(-2)).toEqual(['session_reset', 'session_cleanup']);
    expect(types.filter((type) => type === 'tool_post_invoke')).toHaveLength(2);
    const untold = Object.values(HookType).filter((type) => !types.includes(type));
    expect(untold.every((type) => type.startsWith('generation_batch'))).toBe(true);
    expect(new Set(heard.map(({ context }) => context.sessionId))).toEqual(new Set([m.id]));
  });

  it('are told by the lazy verbs, generative functions, ReAct loops and judges too', async () => {
    const listener = new Listener('generation_pre', 'tool_pre');
    const script = [echo, says('yes'), says('{"n":1}'), calls('one'), calls('final_answer', { answer: 'x' })];
    await using m = await startSession({ backend: scripted(...script), plugins: listener });
    await (await m.ainstruct('x', { requirements: [req('be kind')] })).avalue();
    const output = z.object({ n: z.number() });
    await generative({ name: 'f', description: 'Counts.', input: noArguments, output })(m, {});
    await react({ session: m, goal: 'Count.', tools: [one] });
    expect(listener.types).toEqual([
      ...Array(4).fill('generation_pre_call'),
      'tool_pre_invoke',
      'generation_pre_call',
      'tool_pre_invoke',
    ]);
    expect(new Set(listener.heard.map(({ context }) => context.sessionId))).toEqual(new Set([m.id]));
  });

  it('may be a hook, a plugin or a set, alone or in a list', async () => {
    const hooks = new Listener('generation_pre');
    const [alone] = hooks.hooks() as [AnyHook];
    for (const plugins of [alone, hooks, new PluginSet('s', [hooks]), [alone, new PluginSet('s', [hooks])]]) {
      await using m = new Session({ backend: scripted(), plugins });
      await m.chat('x');
    }
    expect(hooks.heard).toHaveLength(5);
    await expect(startSession({ backend: scripted(), plugins: [{}] as never })).rejects.toThrow(
      /A plugin must be made by hook/,
    );
  });

  it('are told of nothing else, and of nothing after the end', async () => {
    const listener = new Listener('generation');
    const backend = scripted();
    const m = await startSession({ backend, plugins: [listener] });
    const other = await startSession({ backend });
    await other.chat('beside');
    await m.run(() => other.cleanup());
    await m.cleanup();
    expect(captureHooks()).toBeNull();
    await (await startSession({ backend })).chat('after');
    expect(listener.heard).toEqual([]);
    expect(backend.calls).toHaveLength(2);
  });

  it('are told together with those of the process, which see the id too', async () => {
    const [own, all] = [new Listener('generation_pre'), new Listener('generation_pre')];
    register(all);
    await using m = await startSession({ backend: scripted(), plugins: [own, own] });
    await using plain = await startSession({ backend: scripted() });
    await m.chat('x');
    await plain.chat('x');
    unregister(all);
    expect(own.heard.map(({ context }) => context.sessionId)).toEqual([m.id]);
    expect(all.heard.map(({ context }) => context.sessionId)).toEqual([m.id, plain.id]);
  });

  it('see a validator’s calls to another session with both', async () => {
    const [outer, inner] = [new Listener('generation_pre'), new Listener('generation_pre')];
    await using judge = await startSession({ backend: scripted(), plugins: [inner] });
    await using m = await startSession({ backend: scripted(), plugins: [outer] });
    await m.chat('x', { requirements: [req('ask', async () => (await judge.chat('?')).value === '')] });
    expect(inner.heard.map(({ context }) => context.sessionId)).toEqual([judge.id, judge.id]);
    expect(outer.heard.map(({ context }) => context.sessionId)).toEqual([m.id, judge.id, m.id, judge.id]);
  });
});

describe('a session without plugins', () => {
  it('follows no calls while nobody listens', async () => {
    const state = Reflect.get(globalThis, Symbol.for('@melliflow/plugins/state'));
    const follows = vi.spyOn(state.storage, 'run');
    const backend = scripted(echo, echo, calls('grow'));
    const m = await startSession({ backend });
    await m.chat('x', { requirements: [never], strategy: null });
    await (await m.stream('x')).acomplete();
    await m.run(() => m.transform(counter(), 'Count on.'));
    await m.clone().cleanup();
    await m.cleanup();
    expect([m.backend, follows.mock.calls]).toEqual([backend, []]);
    follows.mockRestore();
  });
});

describe('clones', () => {
  it('keep the plugins until the last has left, and are told of by their own ids', async () => {
    const listener = new Listener('session_cleanup', 'generation_pre', 'component_pre');
    const m = await startSession({ backend: scripted(), plugins: [listener] });
    const fork = m.clone();
    await m.chat('one');
    await m.cleanup();
    expect(listening()).toBe(1);
    await fork.chat('two');
    await fork.cleanup();
    expect(listener.heard.map(({ type, context }) => [type, context.sessionId])).toEqual([
      ['component_pre_execute', m.id],
      ['generation_pre_call', m.id],
      ['session_cleanup', m.id],
      ['component_pre_execute', fork.id],
      ['generation_pre_call', fork.id],
      ['session_cleanup', fork.id],
    ]);
  });

  it('made in a turn of the original are told of once', async () => {
    const listener = new Listener('generation_pre');
    await using m = await startSession({ backend: scripted(), plugins: [listener], contextType: 'chat' });
    const asksFork = req('ask', async () => {
      await using fork = m.clone();
      return (await fork.chat('?')).isComputed();
    });
    await m.chat('x', { requirements: [asksFork] });
    expect(listener.heard).toHaveLength(2);
  });

  it('cannot be made of what has ended, nor can it be reset or run', async () => {
    const m = await startSession({ backend: scripted(), plugins: [new Listener()] });
    await m.cleanup();
    const ended = expect.objectContaining({ code: 'session_ended' });
    expect(() => m.clone()).toThrow(ended);
    expect(() => m.run(() => 1)).toThrow(ended);
    await expect(m.reset()).rejects.toThrow(ended);
    await expect(react({ session: m, goal: 'x', tools: [] })).rejects.toThrow(ended);
  });
});

describe('a session that is blocked', () => {
  it.each(['session_pre_init', 'session_post_init'] as const)('in %s is not made', async (type) => {
    const refuse = hook(type, () => block('Closed.', { code: 'closed' })) as AnyHook;
    const listener = new Listener('session');
    const start = startSession({ backend: scripted(), plugins: [listener, refuse] });
    await expect(start).rejects.toMatchObject({ code: 'plugin_violation', violationCode: 'closed' });
    expect(listening()).toBe(0);
    expect(listener.types.includes('session_cleanup')).toBe(false);
  });

  it('or that cannot be made leaves nothing behind', async () => {
    const listener = new Listener('session');
    const plugins = [listener];
    // Which of the two it is depends on whether that backend is built already.
    const cause = /needs a modelId|is not installed/;
    await expect(startSession({ backend: 'openai', plugins })).rejects.toThrow(cause);
    await expect(
      startSession({ backend: scripted(), contextType: 'long' as never, plugins }),
    ).rejects.toThrow(/contextType/);
    expect(() => new Session({ backend: scripted(), ctx: [] as never, plugins })).toThrow(
      /must be a Context/,
    );
    expect([listener.types, listening()]).toEqual([['session_pre_init'], 0]);
  });

  it('by session_reset or session_cleanup has forgotten and ended all the same', async () => {
    const types = [HookType.SESSION_RESET, HookType.SESSION_CLEANUP];
    const refuse = types.map((type) => hook(type, () => block('No.')) as AnyHook);
    const m = await startSession({ backend: scripted(), plugins: refuse, contextType: 'chat' });
    await m.chat('x');
    await expect(m.reset()).rejects.toMatchObject({ hookType: 'session_reset' });
    expect(m.ctx.asList()).toEqual([]);
    await expect(m.cleanup()).rejects.toMatchObject({ hookType: 'session_cleanup' });
    await expect(m.chat('x')).rejects.toMatchObject({ code: 'session_ended' });
  });
});

describe('a tool that transform calls', () => {
  it('ends with the session', async () => {
    let starts = (): void => undefined;
    const started = new Promise<void>((resolve) => {
      starts = resolve;
    });
    const grow = (): Promise<number> => {
      starts();
      return new Promise(() => undefined);
    };
    const endless = mify({ n: 1, grow }, { fields: ['n'], methods: { grow: { parameters: noArguments } } });
    const m = await startSession({ backend: scripted(calls('grow')) });
    const work = m.transform(endless, 'Count on.');
    const ends = expect(work).rejects.toMatchObject({ code: 'generation_cancelled' });
    await started;
    await m.cleanup();
    await ends;
  });
});

describe('fifty sessions at once', () => {
  class Mine extends Plugin {
    override readonly name = 'mine';
    readonly seen = new Set<string>();
    override hooks(): readonly AnyHook[] {
      const note = (text: unknown, sessionId: string | null): void =>
        void this.seen.add(`${sessionId}: ${text}`);
      return [
        hook(HookType.GENERATION_PRE_CALL, async ({ action }, { sessionId }) => {
          await new Promise(setImmediate);
          note(action, sessionId);
        }),
        hook(HookType.VALIDATION_POST_CHECK, (_, { sessionId }) => note('checked', sessionId)),
        hook(HookType.SAMPLING_LOOP_END, (_, { sessionId }) => note('sampled', sessionId)),
        hook(HookType.STREAMING_END, (_, { sessionId }) => note('streamed', sessionId)),
        hook(HookType.TOOL_POST_INVOKE, (_, { sessionId }) => note('called', sessionId)),
        hook(HookType.COMPONENT_POST_SUCCESS, (_, { sessionId }) => note('answered', sessionId)),
      ];
    }
  }

  it('never see each other’s plugins, on one backend, whatever they do', async () => {
    const backend: Backend = scripted({ deltas: ['Yes. ', 'No.'] });
    const request = async (i: number): Promise<{ mine: Mine; id: string }> => {
      const mine = new Mine();
      await using m = await startSession({
        backend,
        plugins: [mine],
        contextType: i % 2 ? 'chat' : 'simple',
      });
      await m.run(async () => {
        const lazy = await m.aact(`lazy ${i}`, { requirements: [check('good', () => true)] });
        const stream = await m.stream(`stream ${i}`);
        const [asked] = await scripted(calls('one')).generateFromContext('x', new SimpleContext());
        await asked.avalue();
        const tools = callTools(asked as ModelOutputThunk, { tools: [one] });
        await Promise.all([lazy.avalue(), stream.acomplete(), tools]);
        await m.act(`plain ${i}`);
      });
      return { mine, id: m.id };
    };
    const requests = await Promise.all(Array.from({ length: 50 }, (_, i) => request(i)));
    for (const [i, { mine, id }] of requests.entries()) {
      const told = [
        `lazy ${i}`,
        `stream ${i}`,
        `plain ${i}`,
        'x',
        'checked',
        'sampled',
        'streamed',
        'called',
        'answered',
      ];
      expect([...mine.seen].sort()).toEqual(told.map((text) => `${id}: ${text}`).sort());
    }
    expect(new Set(requests.map(({ id }) => id)).size).toBe(50);
  });
});
