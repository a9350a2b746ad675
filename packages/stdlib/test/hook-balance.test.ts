import { HookType, PluginViolationError } from '@melliflow/core';
import { type AnyHook, block, hook } from '@melliflow/plugins';
import { type ScriptedAnswer, ScriptedBackend } from '@melliflow/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ChatContext } from '../src/contexts/chat-context.js';
import { check } from '../src/requirements/check.js';
import { RejectionSamplingStrategy } from '../src/sampling/rejection-sampling-strategy.js';
import { Session } from '../src/session/session.js';
import { callTools } from '../src/tools/call-tools.js';
import { tool } from '../src/tools/tool.js';
import { type HeardHook, Listener, listening } from './heard-hooks.js';

const says = (text: string): ScriptedAnswer => ({ deltas: [text] });
const hangs: ScriptedAnswer = { deltas: ['par'], hangs: true };
const calls: ScriptedAnswer = { toolCalls: ['a', 'b'].map((id) => ({ id, name: 'add', args: { a: 1 } })) };
const first = says('first');
const second = check('be the second', (ctx) => String(ctx.lastOutput()) === 'second');
const throws = check('throws', () => {
  throw new RangeError('no verdict');
});
const waits = check('waits', () => new Promise<boolean>(() => undefined));
const add = tool({ name: 'add', parameters: z.object({ a: z.number() }), execute: ({ a }) => a + 1 });
const strategy = new RejectionSamplingStrategy({ loopBudget: 2 });

/** A hook that begins something, and those that end it. */
const pairs: Readonly<Record<string, readonly string[]>> = {
  component_pre_execute: ['component_post_success', 'component_post_error'],
  generation_pre_call: ['generation_post_call', 'generation_error'],
  sampling_loop_start: ['sampling_loop_end'],
  validation_pre_check: ['validation_post_check'],
  tool_pre_invoke: ['tool_post_invoke'],
};

/** How often each was begun, and that each was ended as often. */
function balance(heard: readonly HeardHook[]): Record<string, number> {
  const count = (types: readonly string[]): number => heard.filter(({ type }) => types.includes(type)).length;
  const begun = Object.keys(pairs).map((type) => [type, count([type])] as const);
  for (const [type, times] of begun) expect([type, count(pairs[type] ?? [])]).toEqual([type, times]);
  return Object.fromEntries(begun.filter(([, times]) => times > 0));
}

/** Told first, so that nothing begins without it. */
class First extends Listener {
  override readonly priority = 1;
}

/** Lets all that runs in the background come to its end. */
async function idle(): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise(setImmediate);
}

const unhandled: unknown[] = [];
const note = (reason: unknown): unknown => unhandled.push(reason);
beforeEach(() => void process.on('unhandledRejection', note));
afterEach(() => {
  process.off('unhandledRejection', note);
  expect(unhandled.splice(0)).toEqual([]);
  expect(listening(), 'plugins that a test left behind').toBe(0);
});

function sessionOf(plugins: readonly (AnyHook | Listener)[], ...script: ScriptedAnswer[]): Session {
  return new Session({ backend: new ScriptedBackend(script), ctx: new ChatContext(), plugins });
}

describe('what begins has exactly one end', () => {
  type Work = (m: Session) => Promise<unknown>;
  const direct: Work = (m) => m.chat('x');
  const directLazy: Work = async (m) => (await m.achat('x')).avalue();
  const sampled: Work = (m) => m.chat('x', { strategy, requirements: [second] });
  const sampledLazy: Work = async (m) => (await m.achat('x', { strategy, requirements: [second] })).avalue();
  const unreadable: Work = (m) => m.chat('x', { format: z.object({}) });
  const unreadableSampled: Work = (m) => m.chat('x', { format: z.object({}), strategy });
  const thrown: Work = (m) => m.chat('x', { strategy, requirements: [second, throws] });
  const validated: Work = (m) => m.validate([throws], { output: 'x' });
  const toolsRun: Work = (m) => m.run(async () => callTools(await m.chat('x'), { tools: [add] }));
  const noTool: Work = (m) => m.run(async () => callTools(await m.chat('x')));
  const ended: Work = async (m) => {
    const thunk = await m.achat('x');
    await m.cleanup();
    return thunk.avalue();
  };
  const endedSampled: Work = async (m) => {
    const thunk = await m.achat('x', { requirements: [waits] });
    await idle();
    await m.cleanup();
    return thunk.avalue();
  };
  const cancelled: Work = async (m) => {
    const thunk = await m.achat('x', { strategy, requirements: [second] });
    await idle();
    await thunk.cancelGeneration();
  };
  const aborted: Work = (m) => {
    const controller = new AbortController();
    const abort = check('abort', () => {
      controller.abort();
      return true;
    });
    return m.chat('x', { strategy, requirements: [abort], signal: controller.signal });
  };
  const dead: ScriptedAnswer = { deltas: ['par'], error: new Error('dead') };

  it.each([
    ['an answer', direct, [first], { component: 1, generation: 1 }],
    ['a lazy answer', directLazy, [first], { component: 1, generation: 1 }],
    ['a failing backend', direct, [dead], { component: 1, generation: 1 }],
    ['a failing backend, lazily', directLazy, [dead], { component: 1, generation: 1 }],
    ['a run', sampled, [first, says('second')], { component: 1, generation: 2, sampling: 1, validation: 2 }],
    ['a lazy run', sampledLazy, [first], { component: 1, generation: 2, sampling: 1, validation: 2 }],
    [
      'a run of a failing backend',
      sampled,
      [first, dead],
      { component: 1, generation: 2, sampling: 1, validation: 1 },
    ],
    ['an answer that cannot be read', unreadable, [first], { component: 1, generation: 1 }],
    ['a run that cannot be read', unreadableSampled, [first], { component: 1, generation: 2, sampling: 1 }],
    ['a validator that throws', thrown, [first], { component: 1, generation: 1, sampling: 1, validation: 1 }],
    ['a validation that throws', validated, [first], { validation: 1 }],
    ['tools', toolsRun, [calls], { component: 1, generation: 1, tool: 2 }],
    ['tools that are not there', noTool, [calls], { component: 1, generation: 1, tool: 2 }],
    ['a session that ends', ended, [hangs], { component: 1, generation: 1 }],
    [
      'a session that ends in a validation',
      endedSampled,
      [first],
      { component: 1, generation: 1, sampling: 1, validation: 1 },
    ],
    ['a run that is cancelled', cancelled, [hangs], { component: 1, generation: 1, sampling: 1 }],
    ['a run that is aborted', aborted, [first], { component: 1, generation: 1, sampling: 1, validation: 1 }],
  ] as const)('%s', async (_name, work, script, expected) => {
    const listener = new First();
    const m = sessionOf([listener], ...script);
    await work(m).catch(() => undefined);
    await idle();
    await m.cleanup();
    const begun = Object.entries(balance(listener.heard)).map(([type, times]) => [type.split('_')[0], times]);
    expect(Object.fromEntries(begun)).toEqual(expected);
  });

  it('also when the signal aborts while plugins are asked', async () => {
    for (const requirements of [[], [second]]) {
      const controller = new AbortController();
      const abort = hook(HookType.COMPONENT_PRE_EXECUTE, () => controller.abort());
      const listener = new First();
      const m = sessionOf([listener, abort], first);
      const work = m.chat('x', { requirements, signal: controller.signal });
      await expect(work).rejects.toMatchObject({ code: 'generation_cancelled' });
      expect(balance(listener.heard)).toEqual({ component_pre_execute: 1 });
      await m.cleanup();
    }
  });
});

describe('a plugin that blocks once', () => {
  type Blockable = Exclude<HookType, `session_${string}` | `streaming_${string}` | `${string}_error`>;
  const types: readonly Blockable[] = [
    'component_pre_execute',
    'component_post_success',
    'generation_pre_call',
    'generation_post_call',
    'validation_pre_check',
    'validation_post_check',
    'sampling_loop_start',
    'sampling_iteration',
    'sampling_repair',
    'sampling_loop_end',
    'tool_pre_invoke',
    'tool_post_invoke',
  ];
  const cases = types.flatMap((type) =>
    (['sequential', 'concurrent'] as const).map((mode) => [type, mode] as const),
  );

  it.each(cases)('in %s, %s: the caller hears it, and nothing is left half done', async (type, mode) => {
    let blocks = true;
    let ran = 0;
    const answer = () => {
      const now = blocks;
      blocks = false;
      return now ? block('Not now.', { code: 'later', details: { type } }) : null;
    };
    const refuse = hook(type, answer, { mode, name: 'refuse' }) as AnyHook;
    const listener = new First();
    const m = sessionOf([listener, refuse], first, says('second'), says('second'));
    const counts = tool({ name: 'add', parameters: {}, execute: () => (ran += 1) });
    const work = type.startsWith('tool')
      ? m.run(() => callTools([{ id: 'a', name: 'add', args: {}, func: counts } as never]))
      : m.chat('x', { strategy, requirements: [second] });
    const error = await work.then(
      () => expect.unreachable('nothing was blocked'),
      (thrown: unknown) => thrown,
    );
    expect(PluginViolationError.is(error)).toBe(true);
    expect(error).toMatchObject({
      reason: 'Not now.',
      violationCode: 'later',
      details: { type },
      hookType: type,
      pluginName: 'refuse',
    });
    await idle();
    balance(listener.heard);
    expect([m.ctx.asList(), ran]).toEqual([[], type === 'tool_post_invoke' ? 1 : 0]);
    expect((await m.chat('x', { strategy, requirements: [second] })).value).toBe('second');
    expect(m.ctx.asList()).toHaveLength(2);
    await m.cleanup();
  });

  it('reaches who awaits a lazy answer too', async () => {
    const blocked = types.filter((type) => !type.startsWith('tool'));
    for (const type of blocked) {
      const listener = new First();
      const refuse = hook(type, () => block('No.')) as AnyHook;
      const m = sessionOf([listener, refuse], first);
      const lazy = async (): Promise<unknown> =>
        (await m.achat('x', { strategy, requirements: [second] })).avalue();
      await expect(lazy(), type).rejects.toMatchObject({ code: 'plugin_violation', hookType: type });
      balance(listener.heard);
      await m.cleanup();
    }
  });
});
