import { HookType, ModelToolCall, type OutputFormat, PluginError, ValidationResult } from '@melliflow/core';
import { type AnyHook, hook, modify, pluginScope } from '@melliflow/plugins';
import { type ScriptedAnswer, ScriptedBackend } from '@melliflow/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ChatContext } from '../src/contexts/chat-context.js';
import { check } from '../src/requirements/check.js';
import { req } from '../src/requirements/req.js';
import { BestOfNStrategy } from '../src/sampling/best-of-n-strategy.js';
import { BudgetForcingStrategy } from '../src/sampling/budget-forcing-strategy.js';
import { MajorityVotingStrategy } from '../src/sampling/majority-voting-strategy.js';
import { MultiTurnStrategy } from '../src/sampling/multi-turn-strategy.js';
import { RejectionSamplingStrategy } from '../src/sampling/rejection-sampling-strategy.js';
import { SofaiStrategy } from '../src/sampling/sofai-strategy.js';
import { Session } from '../src/session/session.js';
import { callTools } from '../src/tools/call-tools.js';
import { tool } from '../src/tools/tool.js';
import { Listener, listening } from './heard-hooks.js';

const says = (text: string): ScriptedAnswer => ({ deltas: [text] });
const never = check('never', () => false);
const always = check('always', () => true);
const add = tool({ name: 'add', parameters: z.object({ a: z.number() }), execute: ({ a }) => a + 1 });
const broken = tool({
  name: 'broken',
  parameters: {},
  execute: () => {
    throw new Error('the disk is full');
  },
});
const callOf = (name: string, func: ModelToolCall['func'], args = {}): ModelToolCall =>
  new ModelToolCall({ name, func, args });

function sessionOf(
  plugins: AnyHook | Listener | readonly (AnyHook | Listener)[],
  ...script: ScriptedAnswer[]
): { m: Session; backend: ScriptedBackend } {
  const backend = new ScriptedBackend(script.length > 0 ? script : [says('out')]);
  return { m: new Session({ backend, ctx: new ChatContext(), plugins }), backend };
}

afterEach(() => expect(listening(), 'plugins that a test left behind').toBe(0));

describe('component_pre_execute changes', () => {
  type Change = Parameters<typeof modify<never>>[1];
  const changing = (changes: object): AnyHook =>
    hook(HookType.COMPONENT_PRE_EXECUTE, (payload) => modify(payload, changes as Change));

  it('requirements: those that it adds are checked, in the usual way where nobody chose another', async () => {
    const plugin = changing({ requirements: [never] });
    const { m, backend } = sessionOf(plugin);
    const sampled = await m.instruct('x', { returnSamplingResults: true });
    expect([sampled.success, backend.calls.length]).toEqual([false, 2]);
    expect(await (await m.achat('x')).avalue()).toBe('out');
    expect(backend.calls).toHaveLength(4);
    await m.chat('x', { strategy: null });
    expect(backend.calls).toHaveLength(5);
    await m.cleanup();
  });

  it('requirements: those that it takes away are not checked', async () => {
    const { m, backend } = sessionOf(changing({ requirements: [] }));
    await m.instruct('x', { requirements: [never] });
    expect(backend.calls).toHaveLength(1);
    await m.cleanup();
  });

  it('modelOptions', async () => {
    const { m, backend } = sessionOf(changing({ modelOptions: { seed: 7 } }));
    await m.chat('x', { modelOptions: { seed: 1, temperature: 1 } });
    expect(backend.calls[0]?.modelOptions).toEqual({ seed: 7 });
    await m.cleanup();
  });

  it('format', async () => {
    const format = z.object({ n: z.number() }) as OutputFormat;
    const { m } = sessionOf(changing({ format }), says('{"n":1}'), says('none'));
    expect((await m.act('x')).parsedRepr).toEqual({ n: 1 });
    await expect(m.act('x')).rejects.toMatchObject({ code: 'component_parse' });
    await m.cleanup();
  });

  it('strategy', async () => {
    const strategy = new RejectionSamplingStrategy({ loopBudget: 3, requirements: [never] });
    const { m, backend } = sessionOf(changing({ strategy }));
    await m.chat('x');
    expect(backend.calls).toHaveLength(3);
    await m.cleanup();
    const none = sessionOf(changing({ strategy: null }));
    await none.m.chat('x', { requirements: [never] });
    expect(none.backend.calls).toHaveLength(1);
    await none.m.cleanup();
  });

  it('toolCallsEnabled', async () => {
    const listener = new Listener('generation_pre');
    const { m } = sessionOf([changing({ toolCallsEnabled: true }), listener]);
    await m.chat('x', { modelOptions: { tools: [add] } });
    expect(listener.heard[0]?.payload.toolCalls).toBe(true);
    await m.cleanup();
  });

  it('to what is refused: the caller hears it, after the error hook', async () => {
    for (const changes of [{ format: 7 }, { strategy: {} }, { modelOptions: 7 }]) {
      const listener = new Listener('component_');
      const { m, backend } = sessionOf([changing(changes), listener]);
      const error = await m.chat('x').catch((thrown: unknown) => thrown);
      expect(PluginError.is(error) && error.cause).toBeInstanceOf(TypeError);
      // Who watches is told of the begin last, so of this one not at all.
      expect([backend.calls, listener.types]).toEqual([[], ['component_post_error']]);
      await m.cleanup();
    }
  });
});

describe('sampling_loop_start changes the budget of', () => {
  const other = new ScriptedBackend([says('slow')]);
  it.each([
    [new RejectionSamplingStrategy()],
    [new MultiTurnStrategy()],
    [new BestOfNStrategy({ score: () => 1 })],
    [new MajorityVotingStrategy()],
    [new BudgetForcingStrategy({ thinkMaxTokens: 8 })],
    [new SofaiStrategy({ slow: other })],
  ])('$name', async (strategy) => {
    const five = hook(HookType.SAMPLING_LOOP_START, (payload) => modify(payload, { loopBudget: 5 }));
    const listener = new Listener('sampling_loop_end');
    const script = [1, 2, 3, 4, 5].map((n) => says(`out ${n}`));
    const { m } = sessionOf([five, listener], ...script);
    let made = 0;
    // SOFAI stops early when an attempt fails for the same reason as the one before.
    const reason = (): ValidationResult => new ValidationResult(false, { reason: `attempt ${made++}` });
    const requirements = [check('never', reason)];
    const { sampleGenerations } = await m.act('x', { strategy, requirements, returnSamplingResults: true });
    expect(listener.heard[0]?.payload.iterationsUsed).toBe(5);
    expect(sampleGenerations).toHaveLength(5);
    await m.cleanup();
  });

  it('none below 1', async () => {
    const none = hook(HookType.SAMPLING_LOOP_START, (payload) => modify(payload, { loopBudget: 0 }));
    const { m, backend } = sessionOf(none);
    await expect(m.chat('x', { requirements: [always] })).rejects.toThrow(RangeError);
    expect(backend.calls).toEqual([]);
    await m.cleanup();
  });
});

describe('validation hooks change', () => {
  it('what is checked, and how a judge is asked', async () => {
    const pre = hook(HookType.VALIDATION_PRE_CHECK, (payload) =>
      modify(payload, { requirements: [req('be kind')], modelOptions: { seed: 3 } }),
    );
    const { m, backend } = sessionOf(pre, says('out'), says('yes'));
    await m.chat('x');
    const [verdict, ...more] = await m.validate([never, never]);
    expect([verdict?.asBool(), more]).toEqual([true, []]);
    expect(backend.calls[1]?.modelOptions.seed).toBe(3);
    await m.cleanup();
  });

  it('verdicts: the whole follows from them, unless that is said too', async () => {
    const verdicts = (holds: boolean, whole?: boolean): AnyHook =>
      hook(HookType.VALIDATION_POST_CHECK, (payload) =>
        modify(payload, {
          results: payload.results.map(() => new ValidationResult(holds)),
          ...(whole !== undefined && { allValidationsPassed: whole }),
        }),
      );
    const attempts = async (plugin: AnyHook, requirement: typeof never): Promise<unknown> => {
      const { m, backend } = sessionOf(plugin);
      const { success } = await m.chat('x', { requirements: [requirement], returnSamplingResults: true });
      await m.cleanup();
      return [success, backend.calls.length];
    };
    expect(await attempts(verdicts(true), never)).toEqual([true, 1]);
    expect(await attempts(verdicts(false), always)).toEqual([false, 2]);
    expect(await attempts(verdicts(false, true), never)).toEqual([true, 1]);
    expect(await attempts(verdicts(true, false), always)).toEqual([false, 2]);
  });
});

describe('tool hooks change', () => {
  it('the call before, with other arguments or another tool', async () => {
    const other = hook(HookType.TOOL_PRE_INVOKE, (payload) =>
      modify(payload, { modelToolCall: callOf('add', add as never, { a: 40 }) }),
    );
    const [result] = await pluginScope(other, () => callTools([callOf('broken', broken as never)]));
    expect([result?.toolName, result?.content]).toEqual(['add', '41']);
  });

  it('the output after; one that is given for a failure stands in for it', async () => {
    const said = hook(HookType.TOOL_POST_INVOKE, (payload) =>
      modify(payload, { toolOutput: payload.error ? 'try later' : `<${payload.toolOutput}>` }),
    );
    const calls = [callOf('add', add as never, { a: 1 }), callOf('broken', broken as never)];
    const results = await pluginScope(said, () => callTools(calls, { onError: 'throw' }));
    expect(results.map(({ content, error }) => [content, error])).toEqual([
      ['<2>', null],
      ['try later', null],
    ]);
  });
});
