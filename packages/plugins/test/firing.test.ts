import {
  Backend,
  BatchGenerationError,
  CBlock,
  Component,
  type ContextCall,
  GenerationCancelledError,
  type GenerationEvent,
  HookType,
  type ModelOutputThunk,
  type Part,
  PluginError,
  PluginViolationError,
  type RawCall,
  type RawItem,
  waitForAllMots,
} from '@melliflow/core';
import { type ScriptedAnswer, ScriptedBackend } from '@melliflow/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AnyHook, block, hook, modify, register, unregister } from '../src/index.js';
import { failureOf, hearLogger } from './support/listening.js';
import { PlainContext } from './support/plain-context.js';

const logged = hearLogger();
const ctx = new PlainContext();
const usage = { promptTokens: 3, completionTokens: 2, totalTokens: 5 };
const backendOf = (...script: ScriptedAnswer[]): ScriptedBackend => new ScriptedBackend(script);

interface Fired {
  type: HookType;
  payload: Record<string, unknown>;
  context: Record<string, unknown>;
}

/** Every generation hook of each test. */
const fired: Fired[] = [];
const recorders: AnyHook[] = Object.values(HookType)
  .filter((type) => type.startsWith('generation_'))
  .map(
    (type) =>
      hook(
        type,
        (payload, context) => void fired.push({ type, payload: payload as never, context: context as never }),
        {
          priority: -1,
        },
      ) as unknown as AnyHook,
  );
beforeEach(() => {
  fired.length = 0;
  register(recorders);
});
afterEach(() => void unregister(recorders));

const types = (): HookType[] => fired.map(({ type }) => type);
const ids = (): number => new Set(fired.map(({ payload }) => payload.generationId)).size;

/** Runs with one more plugin. */
async function withPlugin<R>(plugin: AnyHook, fn: () => Promise<R>): Promise<R> {
  register(plugin);
  try {
    return await fn();
  } finally {
    unregister(plugin);
  }
}

async function start(backend: Backend, options = {}): Promise<ModelOutputThunk> {
  const [thunk] = await backend.generateFromContext('Go.', ctx, options);
  return thunk;
}

const rejects = class Rejects extends Component<string> {
  parts(): readonly Part[] {
    return [];
  }
  formatForLlm(): string {
    return 'Go.';
  }
  parseOutput(): string {
    throw new Error('no');
  }
};

describe('exactly one of post and error follows each pre, with one generationId', () => {
  const good = ['generation_pre_call', 'generation_post_call'];
  const bad = ['generation_pre_call', 'generation_error'];
  const answer: ScriptedAnswer = { deltas: ['Hel', 'lo.'], usage };
  const cases: [string, string[], () => Promise<unknown>][] = [
    ['awaited', good, async () => (await start(backendOf(answer))).avalue()],
    [
      'streamed',
      good,
      async () => (await start(backendOf(answer), { modelOptions: { stream: true } })).avalue(),
    ],
    ['never looked at', good, async () => waitForAllMots([await start(backendOf(answer))])],
    [
      'looked at by many',
      good,
      async () => {
        const thunk = await start(backendOf(answer));
        await Promise.all([thunk.avalue(), thunk.avalue(), thunk.astream()]);
      },
    ],
    [
      'an error before the first delta',
      bad,
      async () => (await start(backendOf({ error: new Error('x') }))).avalue(),
    ],
    [
      'an error in the middle',
      bad,
      async () => (await start(backendOf({ deltas: ['Hel'], error: new Error('x') }))).avalue(),
    ],
    [
      'an end without its marker',
      bad,
      async () => (await start(backendOf({ deltas: ['Hel'], finish: null }))).avalue(),
    ],
    [
      'an error in parsing',
      bad,
      async () => (await backendOf(answer).generateFromContext(new rejects(), ctx))[0].avalue(),
    ],
    [
      'an input that fails',
      bad,
      async () => {
        const input = new CBlock('x');
        const never = new PlainContext().add(input);
        class Needs extends rejects {
          override parts(): readonly Part[] {
            throw new Error('no parts');
          }
        }
        await (await backendOf(answer).generateFromContext(new Needs(), never))[0].avalue();
      },
    ],
    [
      'a cancel',
      bad,
      async () => {
        const thunk = await start(backendOf({ deltas: ['Hel'], hangs: true }), {
          modelOptions: { stream: true },
        });
        await thunk.astream();
        await thunk.cancelGeneration();
        expect(GenerationCancelledError.is(fired[1]?.payload.exception)).toBe(true);
      },
    ],
    [
      'an abort',
      bad,
      async () => {
        const controller = new AbortController();
        const thunk = await start(backendOf({ hangs: true }), { signal: controller.signal });
        controller.abort();
        await thunk.avalue();
      },
    ],
    [
      'an abort while the pre hook is told',
      bad,
      async () => {
        const controller = new AbortController();
        const aborts = hook(HookType.GENERATION_PRE_CALL, async () => controller.abort());
        const { signal } = controller;
        await withPlugin(aborts, async () => (await start(backendOf(answer), { signal })).avalue());
      },
    ],
    [
      'a block',
      bad,
      () =>
        withPlugin(
          hook(HookType.GENERATION_PRE_CALL, () => block('no')),
          () => start(backendOf(answer)),
        ),
    ],
    [
      'options that a plugin broke',
      bad,
      () =>
        withPlugin(
          hook(HookType.GENERATION_PRE_CALL, (payload) =>
            modify(payload, { modelOptions: { seed: 'x' as never } }),
          ),
          () => start(backendOf(answer)),
        ),
    ],
    [
      'a post hook that throws',
      good,
      () =>
        withPlugin(
          hook(HookType.GENERATION_POST_CALL, () => {
            throw new Error('x');
          }),
          async () => (await start(backendOf(answer))).avalue(),
        ),
    ],
  ];
  it.each(cases)('%s', async (_, expected, act) => {
    await act().catch(() => undefined);
    await new Promise(setImmediate);
    expect(types().map(String).sort()).toEqual([...expected].sort());
    expect([types()[0], ids()]).toEqual(['generation_pre_call', 1]);
  });

  it('nothing fires for a call that is refused before it begins', async () => {
    const signal = AbortSignal.abort();
    await failureOf(start(backendOf(answer), { signal }));
    await failureOf(start(backendOf(answer), { modelOptions: { temperature: 'warm' } }));
    await failureOf(backendOf(answer).generateFromRaw(['x'], ctx, { signal }));
    expect(await backendOf(answer).generateFromRaw([], ctx)).toEqual([]);
    expect(fired).toEqual([]);
  });
});

it('whoever heard of the begin hears of the end, though another plugin fails in it', async () => {
  const heard: string[] = [];
  const note = (word: string) => () => void heard.push(word);
  const audit = { mode: 'audit' } as const;
  const failing = (['concurrent', 'sequential'] as const).map((mode) =>
    hook(HookType.GENERATION_POST_CALL, () => block('no'), { mode }),
  );
  const listeners = [
    hook(HookType.GENERATION_PRE_CALL, note('begin'), audit),
    hook(HookType.GENERATION_POST_CALL, note('end'), audit),
    hook(HookType.GENERATION_POST_CALL, note('end, forgotten'), { mode: 'fire_and_forget' }),
  ];
  register(listeners);
  for (const one of failing) {
    await withPlugin(one, async () => failureOf((await start(backendOf({ deltas: ['x'] }))).avalue()));
    await new Promise(setImmediate);
  }
  unregister(listeners);
  expect(heard).toEqual(['begin', 'end', 'end, forgotten', 'begin', 'end', 'end, forgotten']);
});

describe('what is told', () => {
  it('the action, the settings, where; then the prompt, a computed copy, how long it took', async () => {
    const backend = backendOf({ deltas: ['Hel', 'lo.'], usage });
    const thunk = await start(backend, { modelOptions: { temperature: 0 } });
    await thunk.avalue();
    const [pre, post] = fired;
    expect(pre?.payload).toMatchObject({ modelOptions: { temperature: 0 }, format: null, toolCalls: false });
    expect(String(pre?.payload.action)).toBe('Go.');
    expect(pre?.payload.context).toBe(ctx);
    const operation = { parent: null, surround: expect.any(Function) };
    const where = { backend, provider: 'scripted', modelId: 'scripted', sessionId: null, operation };
    expect(pre?.context).toEqual(where);
    expect(post?.context.operation).toBe(pre?.context.operation);
    const output = post?.payload.modelOutput as ModelOutputThunk;
    expect([output === thunk, output.isComputed(), output.value, output.generation.usage]).toEqual([
      false,
      true,
      'Hello.',
      usage,
    ]);
    expect(post?.payload.prompt).toEqual([{ role: 'user', content: 'Go.' }]);
    expect(post?.payload.latencyMs).toBeGreaterThanOrEqual(0);
  });

  it('changes of options, format and toolCalls are what the backend is asked with', async () => {
    const calls: ContextCall[] = [];
    class Spy extends ScriptedBackend {
      override _generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent> {
        calls.push(call);
        return super._generateFromContext(call);
      }
    }
    const format = { type: 'object', properties: { city: { type: 'string' } } };
    const plugin = hook(HookType.GENERATION_PRE_CALL, (payload) =>
      modify(payload, { modelOptions: { ...payload.modelOptions, seed: 7 }, format, toolCalls: true }),
    );
    const thunk = await withPlugin(plugin, () =>
      start(new Spy([{ deltas: ['{"city":"Basel"}'] }]), { modelOptions: { topP: 0.5 } }),
    );
    await thunk.avalue();
    expect(calls[0]).toMatchObject({ modelOptions: { topP: 0.5, seed: 7 }, format: { schema: format } });
    expect(thunk.parsedRepr).toEqual({ city: 'Basel' });
    expect(fired[0]?.payload).toMatchObject({ toolCalls: false, modelOptions: { topP: 0.5 } });
  });

  it('a change of what the post hook shows does not reach the caller', async () => {
    const plugin = hook(HookType.GENERATION_POST_CALL, ({ modelOutput }) => {
      modelOutput.parsedRepr = 'other';
      modelOutput.value = 'other';
    });
    const thunk = await withPlugin(plugin, async () => {
      const started = await start(backendOf({ deltas: ['mine'] }));
      await started.avalue();
      return started;
    });
    expect([thunk.value, thunk.parsedRepr]).toEqual(['mine', 'mine']);
    const batch = hook(HookType.GENERATION_BATCH_POST_CALL, ({ modelOutputs: [first] }) => {
      if (first) first.value = 'other';
    });
    const [raw] = await withPlugin(batch, () => backendOf({ deltas: ['mine'] }).generateFromRaw(['x'], ctx));
    expect(raw?.value).toBe('mine');
  });
});

describe('what reaches the caller', () => {
  it('a block rejects the call, and nothing is sent', async () => {
    const backend = backendOf({ deltas: ['x'] });
    const plugin = hook(HookType.GENERATION_PRE_CALL, () => block('no', { code: 'c' }), { name: 'guard' });
    const error = await withPlugin(plugin, () => failureOf(start(backend)));
    expect(PluginViolationError.is(error)).toBe(true);
    expect(error).toMatchObject({ violationCode: 'c', pluginName: 'guard', hookType: 'generation_pre_call' });
    expect(fired[1]?.payload.exception).toBe(error);
    expect(backend.calls).toEqual([]);
  });

  it('what a post hook throws fails the generation; text and usage are kept', async () => {
    const plugin = hook(HookType.GENERATION_POST_CALL, () => block('too long'));
    const thunk = await withPlugin(plugin, async () => {
      const started = await start(backendOf({ deltas: ['text'], usage }));
      expect(PluginViolationError.is(await failureOf(started.avalue()))).toBe(true);
      return started;
    });
    expect([thunk.partialValue, thunk.generation.usage, thunk.isComputed()]).toEqual(['text', usage, false]);
  });

  it('in an error hook neither a block nor a throw replaces the error: they go to the logger', async () => {
    const broken = new Error('the backend broke');
    for (const act of [() => block('hide it'), () => Promise.reject(new Error('plugin broke'))]) {
      logged.length = 0;
      const plugin = hook(HookType.GENERATION_ERROR, act, { name: 'noisy' });
      const error = await withPlugin(plugin, async () =>
        failureOf((await start(backendOf({ error: broken }))).avalue()),
      );
      expect((error as Error).message).toContain('the backend broke');
      expect(logged).toMatchObject([{ fields: { plugin: 'noisy', hook: 'generation_error' } }]);
    }
  });

  it('a hook that never answers fails the call and names the plugin', async () => {
    const plugin = hook(HookType.GENERATION_PRE_CALL, () => new Promise<null>(() => undefined), {
      name: 'asleep',
      timeoutMs: 1,
    });
    const error = await withPlugin(plugin, () => failureOf(start(backendOf({ deltas: ['x'] }))));
    expect(PluginError.is(error)).toBe(true);
    expect(error).toMatchObject({ pluginName: 'asleep', hookType: 'generation_pre_call' });
  });
});

describe('raw batches', () => {
  it('fire once, with the usage of all', async () => {
    const backend = backendOf({ deltas: ['a'], usage }, { deltas: ['b'] }, { deltas: ['c'], usage });
    await backend.generateFromRaw(['1', '2', '3'], ctx);
    expect([types(), ids()]).toEqual([['generation_batch_pre_call', 'generation_batch_post_call'], 1]);
    const facts = { model: 'scripted', provider: 'scripted' };
    expect(fired[0]?.payload).toMatchObject({ ...facts, numActions: 3, toolCalls: false, format: null });
    expect(fired[1]?.payload).toMatchObject({
      ...facts,
      usage: { promptTokens: 6, completionTokens: 4, totalTokens: 10 },
    });
    const outputs = fired[1]?.payload.modelOutputs as ModelOutputThunk[];
    expect(outputs.map((output) => output.value)).toEqual(['a', 'b', 'c']);
  });

  it('that fail, are aborted or are blocked fire the error hook once', async () => {
    const failed = failureOf(
      backendOf({ deltas: ['a'] }, { error: new Error('x') }).generateFromRaw(['1', '2'], ctx),
    );
    expect(BatchGenerationError.is(await failed)).toBe(true);
    const controller = new AbortController();
    const aborted = failureOf(
      backendOf({ hangs: true }).generateFromRaw(['1'], ctx, { signal: controller.signal }),
    );
    await new Promise(setImmediate);
    controller.abort();
    await aborted;
    const guard = hook(HookType.GENERATION_BATCH_PRE_CALL, () => block('no'), { mode: 'concurrent' });
    const backend = backendOf({ deltas: ['a'] });
    await withPlugin(guard, () => failureOf(backend.generateFromRaw(['1'], ctx)));
    expect(backend.calls).toEqual([]);
    const pair = ['generation_batch_pre_call', 'generation_batch_error'];
    expect([types(), ids()]).toEqual([[...pair, ...pair, ...pair], 3]);
  });

  it('take changed options, and say all the same what raw generation does not honour', async () => {
    const backend = backendOf({ deltas: ['a'] });
    const plugin = hook(HookType.GENERATION_BATCH_PRE_CALL, (payload) =>
      modify(payload, { modelOptions: { ...payload.modelOptions, seed: 4 } }),
    );
    const [thunk] = await withPlugin(plugin, () =>
      backend.generateFromRaw(['1'], ctx, { modelOptions: { stream: true } }),
    );
    expect(backend.calls[0]?.modelOptions).toEqual({ stream: true, seed: 4 });
    expect(thunk?.generation.warnings.map(({ option }) => option)).toEqual(['stream']);
  });
});

describe('a wrapping backend', () => {
  class Wrapper extends Backend {
    readonly provider = 'wrapper';
    readonly modelId = 'wrapper';
    readonly inner: Backend;
    constructor(inner: Backend) {
      super();
      this.inner = inner;
    }
    _generateFromContext(call: ContextCall): AsyncIterable<GenerationEvent> {
      return this.inner._generateFromContext(call);
    }
    async _generateFromRaw(call: RawCall): Promise<readonly (RawItem | never)[]> {
      return (await this.inner._generateFromRaw(call)) as RawItem[];
    }
  }

  it('fires once, as itself, however many wrap each other', async () => {
    const wrapped = new Wrapper(new Wrapper(backendOf({ deltas: ['x'] })));
    await (await start(wrapped)).avalue();
    await wrapped.generateFromRaw(['1'], ctx);
    expect(types()).toEqual([
      'generation_pre_call',
      'generation_post_call',
      'generation_batch_pre_call',
      'generation_batch_post_call',
    ]);
    expect(new Set(fired.map(({ context }) => context.provider))).toEqual(new Set(['wrapper']));
  });
});
