import { type HookPayloads, HookType, PluginError, PluginViolationError } from '@melliflow/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hookModes } from '../src/hook.js';
import {
  type AnyHook,
  block,
  errorHooks,
  type HookMode,
  type HookOptions,
  hook,
  modify,
} from '../src/index.js';
import { failureOf, fire, hearLogger } from './support/listening.js';
import { fieldsOf, hookTypes, payloads } from './support/payloads.js';

const logged = hearLogger();
beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

type Act = (payload: object) => unknown;

/** Fires a hook at one plugin, and waits until nothing runs any more. */
async function outcomeOf(type: HookType, mode: HookMode, act: Act, options: HookOptions = {}) {
  const payload = payloads[type] as object as HookPayloads[HookType];
  const before = { ...payload };
  const listener = hook(type, act as never, { ...options, mode, name: 'probe' }) as unknown as AnyHook;
  const work = fire(listener, type as 'streaming_end', payload as never);
  const settled = work.then(
    (left) => ({ left: left as object, error: null }),
    (error: unknown) => ({ left: null, error }),
  );
  await vi.advanceTimersByTimeAsync(5000);
  expect(payload, 'what the program holds').toEqual(before);
  return { payload, ...(await settled) };
}

const messages = (level: string): string[] =>
  logged.filter((one) => one.level === level).map((one) => one.message);

/** Of the kind that the field has; others are texts. */
const newValues: Record<string, unknown> = {
  modelOptions: { seed: 99 },
  requirements: ['new'],
  results: ['new'],
  loopBudget: 99,
  modelToolCall: { name: 'new' },
};

const cases = hookTypes.flatMap((type) => hookModes.map((mode) => ({ type, mode })));

describe.each(cases)('$type, $mode', ({ type, mode }) => {
  const { writable, other } = fieldsOf(type);
  const mayModify = mode === 'sequential' || mode === 'transform';
  const mayBlock = (mode === 'sequential' || mode === 'concurrent') && !errorHooks.has(type);
  const reachesCaller = mode !== 'fire_and_forget' && !errorHooks.has(type);

  it('observes a frozen payload; the program goes on with its own', async () => {
    let seen: object | null = null;
    const { payload, left } = await outcomeOf(type, mode, (shown) => {
      seen = shown;
    });
    expect(seen).toEqual(payload);
    expect([Object.isFrozen(seen), seen === payload, Object.isFrozen(payload)]).toEqual([true, false, false]);
    expect(left).toBe(payload);
    expect(logged).toEqual([]);
  });

  if (writable)
    it(`modifies a writable field: ${mayModify ? 'done' : 'discarded, with a warning'}`, async () => {
      const field = writable;
      const value = newValues[field] ?? 'new';
      const { payload, left } = await outcomeOf(type, mode, (shown) => modify(shown, { [field]: value }));
      if (mayModify) {
        expect(left).toEqual({ ...payload, [field]: value });
        expect(logged).toEqual([]);
      } else {
        expect(left).toBe(payload);
        expect(messages('warn')).toEqual([
          `Plugin 'probe' in ${type}: ${mode} hooks cannot modify the payload.`,
        ]);
      }
    });

  if (other)
    it('modifies another field: discarded, with one warning that names it', async () => {
      const field = other;
      const { payload, left } = await outcomeOf(type, mode, (shown) => modify(shown, { [field]: 'new' }));
      expect(left).toBe(payload);
      const what = mayModify
        ? `the field '${field}' is not writable, its change is discarded`
        : `${mode} hooks cannot modify the payload`;
      expect(messages('warn')).toEqual([`Plugin 'probe' in ${type}: ${what}.`]);
    });

  it(`blocks: ${mayBlock ? 'PluginViolationError' : 'nothing, with a warning'}`, async () => {
    const { payload, left, error } = await outcomeOf(type, mode, () =>
      block('not today', { code: 'C1', details: { limit: 3 } }),
    );
    if (!mayBlock) {
      expect([left, error]).toEqual([payload, null]);
      expect(messages('warn')).toHaveLength(1);
      return;
    }
    expect(PluginViolationError.is(error)).toBe(true);
    expect(error).toMatchObject({
      code: 'plugin_violation',
      message: `Plugin 'probe' blocked ${type}: [C1] not today`,
      reason: 'not today',
      violationCode: 'C1',
      details: { limit: 3 },
      hookType: type,
      pluginName: 'probe',
    });
  });

  const failures: [string, Act, RegExp][] = [
    ['throws', () => thrown(new RangeError('broken')), /^Plugin 'probe' failed in \w+\.$/],
    ['rejects', async () => thrown(new RangeError('broken')), /^Plugin 'probe' failed in \w+\.$/],
    [
      'never answers',
      () => new Promise(() => undefined),
      /^Plugin 'probe' did not answer \w+ within 5000 ms\.$/,
    ],
  ];
  for (const [name, act, words] of failures) {
    it(`${name}: ${reachesCaller ? 'PluginError' : 'to the logger'}`, async () => {
      const { payload, left, error } = await outcomeOf(type, mode, act);
      if (reachesCaller) {
        expect(PluginError.is(error)).toBe(true);
        expect(error).toMatchObject({ code: 'plugin', hookType: type, pluginName: 'probe' });
        expect((error as Error).message).toMatch(words);
        if (name !== 'never answers') expect((error as Error).cause).toBeInstanceOf(RangeError);
        expect(logged).toEqual([]);
      } else {
        expect([left, error]).toEqual([payload, null]);
        expect(logged).toMatchObject([{ level: 'error', fields: { plugin: 'probe', hook: type } }]);
        expect(logged[0]?.message).toMatch(words);
      }
    });

    it(`${name}, with onError 'log': to the logger`, async () => {
      const { payload, left, error } = await outcomeOf(type, mode, act, { onError: 'log' });
      expect([left, error]).toEqual([payload, null]);
      expect(logged.map((one) => one.level)).toEqual(['error']);
    });
  }
});

function thrown(error: Error): never {
  throw error;
}

describe('what a hook gives that is no answer', () => {
  const type = 'generation_pre_call';

  it('an object is an error: it would be lost in silence', async () => {
    const { error } = await outcomeOf(type, 'sequential', (shown) => ({ ...shown, toolCalls: true }));
    expect(PluginError.is(error)).toBe(true);
    expect(String((error as Error).cause)).toContain('answers with block(…), modify(…) or nothing');
  });

  it('another value means nothing, with one warning; the payload itself means nothing', async () => {
    const { payload, left } = await outcomeOf(type, 'sequential', () => false);
    expect(left).toBe(payload);
    expect(messages('warn')).toEqual([
      `Plugin 'probe' in ${type}: its boolean is no answer: block(…), modify(…) or nothing.`,
    ]);
    logged.length = 0;
    expect((await outcomeOf(type, 'sequential', (shown) => shown)).left).toBe(payload);
    expect(logged).toEqual([]);
  });

  it('any thenable is waited for, and one that is broken is an error', async () => {
    // biome-ignore lint/suspicious/noThenProperty: a query builder is one.
    const later = { then: (resolve: (answer: unknown) => void) => void resolve(block('later')) };
    expect(PluginViolationError.is((await outcomeOf(type, 'sequential', () => later)).error)).toBe(true);
    // biome-ignore lint/suspicious/noThenProperty: as above.
    const broken = { then: () => thrown(new RangeError('broken')) };
    const { error } = await outcomeOf(type, 'sequential', () => broken);
    expect((error as Error).cause).toBeInstanceOf(RangeError);
  });

  it('fields of modify that are as they were, or undefined, are no change', async () => {
    const { payload, left } = await outcomeOf(type, 'sequential', (shown) =>
      modify(shown, { ...shown, format: undefined } as never),
    );
    expect(left).toBe(payload);
    expect(logged).toEqual([]);
  });

  it('writing to the payload or to its options is an error, and changes nothing', async () => {
    for (const write of [
      (shown: object) => void Object.assign(shown, { toolCalls: true }),
      (shown: { modelOptions: object }) => void Object.assign(shown.modelOptions, { seed: 2 }),
    ]) {
      const { error } = await outcomeOf(type, 'sequential', write as Act);
      expect((error as Error).cause).toBeInstanceOf(TypeError);
    }
  });

  it('lists are copies: a plugin cannot put anything into those of the program', async () => {
    const requirements: unknown[] = [];
    const payload = { ...payloads.sampling_loop_start, requirements };
    const push = hook(
      HookType.SAMPLING_LOOP_START,
      ({ requirements: shown }) => void (shown as unknown[]).push('x'),
    );
    const error = await failureOf(fire(push, HookType.SAMPLING_LOOP_START, payload as never));
    expect((error as Error).cause).toBeInstanceOf(TypeError);
    expect([requirements, Object.isFrozen(requirements)]).toEqual([[], false]);
  });

  it('options are copies down to their last level; what has a class is the one of the program', async () => {
    const tool = new (class Tool {})();
    const round: Record<string, unknown> = {};
    round.self = round;
    const modelOptions = { stop: ['a'], tools: [tool], providerOptions: { test: { round } } };
    let seen: Record<string, unknown> = {};
    const listener = hook(HookType.GENERATION_PRE_CALL, (shown) => {
      seen = shown.modelOptions as Record<string, unknown>;
    });
    const payload = { ...payloads.generation_pre_call, modelOptions };
    await fire(listener, HookType.GENERATION_PRE_CALL, payload as never);
    expect(seen).toEqual(modelOptions);
    expect([seen.stop, seen.providerOptions, seen.tools].map(Object.isFrozen)).toEqual([true, true, true]);
    expect((seen.tools as unknown[])[0]).toBe(tool);
    expect([modelOptions.stop, modelOptions.providerOptions, round, tool].some(Object.isFrozen)).toBe(false);
  });

  it.each<[HookType, string, unknown, string]>([
    ['generation_pre_call', 'modelOptions', null, 'an object, got null'],
    ['generation_batch_pre_call', 'toolCalls', 'yes', 'a boolean, got string "yes"'],
    ['component_pre_execute', 'strategy', 5, 'a strategy or null, got number 5'],
    ['validation_pre_check', 'requirements', 'short', 'an array, got string "short"'],
    ['validation_post_check', 'allValidationsPassed', 1, 'a boolean, got number 1'],
    ['sampling_loop_start', 'loopBudget', '3', 'a number, got string "3"'],
    ['tool_pre_invoke', 'modelToolCall', [], 'a ModelToolCall, got'],
    ['session_pre_init', 'modelId', 7, 'a text or null, got number 7'],
  ])(
    'a value that the program cannot go on with is an error of the plugin: %s, %s',
    async (at, field, value, must) => {
      const listener = hook(at, (shown) => modify(shown as never, { [field]: value } as never), {
        name: 'probe',
      });
      const error = await failureOf(
        fire(listener as unknown as AnyHook, at as 'streaming_end', payloads[at] as never),
      );
      expect(error).toMatchObject({ name: 'PluginError', pluginName: 'probe', hookType: at });
      expect(((error as Error).cause as Error).message).toContain(
        `modify(payload, { ${field} }) in ${at}: it must be ${must}`,
      );
    },
  );

  it('a warning is given once for each hook and field', async () => {
    const listener = hook(type, (shown) => modify(shown, { action: 'x' } as never), { name: 'probe' });
    const payload = payloads[type] as never;
    await fire(listener, type, payload);
    await fire(listener, type, payload);
    expect(messages('warn')).toHaveLength(1);
  });

  it('secrets in what is thrown do not reach the log', async () => {
    await outcomeOf(type, 'fire_and_forget', () => thrown(new Error('Bearer abcdefghijkl is no key')));
    expect(logged).toMatchObject([{ fields: { error: { message: 'Bearer [redacted] is no key' } } }]);
  });
});

describe('bad input', () => {
  it('names the member, what it got and what to do', async () => {
    const type = 'generation_pre_call';
    const fn = (): void => undefined;
    const faults: [() => unknown, RegExp][] = [
      [
        () => hook('nothing' as never, fn),
        /type must be one of session_pre_init, .*, streaming_end, got string "nothing"/,
      ],
      [() => hook(type, null as never), /fn must be a function, got null/],
      [() => hook(type, fn, { mode: 'x' as never }), /mode must be one of sequential, .*, got string "x"/],
      [
        () => hook(type, fn, { timeoutMs: 0 }),
        /timeoutMs must be from 1 to 2147483647, or Infinity, got number 0/,
      ],
      [() => hook(type, fn, { priority: Number.NaN }), /priority must be a number, got number NaN/],
      [() => hook(type, fn, { name: '' }), /name must be a text/],
      [() => hook(type, fn, { onError: 'x' as never }), /onError must be 'throw' or 'log'/],
      [() => block(''), /reason must be a text/],
      [() => modify(null as never, {}), /payload must be an object, got null/],
      [() => modify({}, null as never), /changes must be an object, got null/],
    ];
    for (const [fault, words] of faults) expect(fault).toThrow(words);
    for (const plugin of [null, 3, {}, () => undefined, { type, fn }])
      expect(await failureOf(fire(plugin as never, type, payloads[type] as never))).toBeInstanceOf(TypeError);
  });
});
