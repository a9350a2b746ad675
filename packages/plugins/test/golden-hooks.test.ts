import { readFileSync } from 'node:fs';
import {
  Backend,
  type GenerationEvent,
  HookType,
  PluginError,
  PluginViolationError,
  type RawItem,
  type SessionPreInitPayload,
} from '@melliflow/core';
import { streamWithChunking } from '@melliflow/streaming';
import { describe, expect, it } from 'vitest';
import {
  block,
  type Hook,
  type HookAnswer,
  type HookMode,
  hook,
  modify,
  pluginScope,
  writableFields,
} from '../src/index.js';
import { fire, hearLogger } from './support/listening.js';
import { PlainContext } from './support/plain-context.js';

interface GoldenPlugin {
  name: string;
  mode?: HookMode;
  priority?: number;
  do?: string;
  set?: Record<string, unknown>;
  text?: string;
  reason?: string;
  code?: string;
  yields?: number;
}

interface GoldenCase {
  id: string;
  times?: number;
  plugins: GoldenPlugin[];
  expect: {
    payload?: { backend_name: string; model_id: string; model_options: object };
    calls: [string, string][];
    raised?: { type: string; reason: string; code: string; plugin_name: string; hook_type: string };
    original_payload_options?: object;
  };
}

interface Lifecycle {
  id: string;
  returned?: unknown;
  raised?: { type: string; message: string };
  hooks: [string, Record<string, unknown>][];
}

interface Golden {
  lifecycle: Lifecycle[];
  effects: { id: string }[];
  writable_fields: Record<string, string[] | null>;
  hook_types: string[];
  cases: GoldenCase[];
}

const golden = JSON.parse(readFileSync(new URL('./golden/hooks.json', import.meta.url), 'utf8')) as Golden;
const logged = hearLogger();

const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const camelled = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).map(([field, value]) => [camel(field), value]));

/** The reference swallows what a plugin throws; here it reaches the caller, who asked for no less. */
const swallowed: Record<string, string> = {
  'sequential-raise': 'what a plugin throws is a PluginError (7, departure 10)',
  'concurrent-raise': 'what a plugin throws is a PluginError (7, departure 10)',
  assign: 'payloads are frozen, and what a plugin throws is a PluginError (7)',
  'mutate-dict': 'payloads are frozen, their options too, and what a plugin throws is a PluginError (7)',
};

/** Things that cannot be said here. */
const unsaid: Record<string, string> = {
  'block-bare': 'block() without a reason is a TypeError, so a PluginError (7)',
};

function listener(plugin: GoldenPlugin, calls: [string, string][]): Hook<'session_pre_init'> {
  const act = async (payload: SessionPreInitPayload): Promise<HookAnswer<'session_pre_init'>> => {
    calls.push([plugin.name, payload.modelId ?? '']);
    for (let i = 0; i < (plugin.yields ?? 0); i++) await Promise.resolve();
    switch (plugin.do) {
      case 'modify':
        return modify(payload, camelled(plugin.set ?? {}));
      case 'append':
        return modify(payload, { modelId: `${payload.modelId}${plugin.text}` });
      case 'block':
        return block(plugin.reason ?? '', { code: plugin.code });
      case 'block-bare':
        return block(undefined as never);
      case 'block-and-modify':
        return block('x', { code: 'c' });
      case 'raise':
        throw new Error('plugin broke');
      case 'assign':
        (payload as { modelId: string }).modelId = 'assigned';
        return null;
      case 'mutate-dict':
        (payload.modelOptions as { temperature: number }).temperature = 9;
        return null;
      case 'garbage':
        return 'garbage' as never;
      default:
        return undefined;
    }
  };
  const { mode, priority, name } = plugin;
  return hook(HookType.SESSION_PRE_INIT, act, { mode, priority, name });
}

describe.each(golden.cases)('$id', ({ id, times = 1, plugins, expect: expected }) => {
  const departure = swallowed[id] ?? unsaid[id];

  it(departure ? `departs: ${departure}` : 'goes as in the reference', async () => {
    const calls: [string, string][] = [];
    const payload: SessionPreInitPayload = {
      backendName: 'b',
      modelId: 'm',
      modelOptions: { temperature: 0.5 },
    };
    const listeners = plugins.map((plugin) => listener(plugin, calls));
    let left: SessionPreInitPayload | null = null;
    let error: unknown = null;
    try {
      for (let i = 0; i < times; i++) left = await fire(listeners, HookType.SESSION_PRE_INIT, payload);
    } catch (thrown) {
      error = thrown;
    }
    await new Promise(setImmediate);
    expect(payload.modelOptions).toEqual({ temperature: 0.5 });
    const { raised } = expected;
    if (departure) {
      expect(PluginError.is(error)).toBe(true);
      const broken = plugins.find((plugin) => plugin.do !== undefined) as GoldenPlugin;
      expect(error).toMatchObject({ hookType: 'session_pre_init', pluginName: broken.name });
      const toldBefore = expected.calls.filter(
        ([name]) => name === broken.name || broken.mode === 'concurrent',
      );
      expect(calls).toEqual(toldBefore);
      return;
    }
    expect(calls).toEqual(expected.calls);
    if (raised) {
      expect(PluginViolationError.is(error)).toBe(true);
      expect(error).toMatchObject({
        hookType: raised.hook_type,
        reason: raised.reason,
        pluginName: raised.plugin_name.replace('__main__.', ''),
      });
      expect((error as PluginViolationError).violationCode ?? '').toBe(raised.code);
      return;
    }
    expect(error).toBeNull();
    const { backend_name, model_id, model_options } = expected.payload as Required<
      typeof expected
    >['payload'];
    expect(left).toEqual(camelled({ backend_name, model_id, model_options }));
  });
});

describe('the policies', () => {
  it('are those of the reference, hook by hook', () => {
    for (const [type, fields] of Object.entries(golden.writable_fields)) {
      expect([type, [...writableFields[type as HookType]].sort()]).toEqual([
        type,
        (fields ?? []).map(camel).sort(),
      ]);
    }
  });

  it('hold for all hook types of the reference', () => {
    expect(Object.keys(writableFields)).toEqual(expect.arrayContaining(golden.hook_types));
    expect(Object.keys(writableFields)).toEqual(Object.values(HookType));
  });
});

it('what the reference drops in silence is told here', async () => {
  const silent = golden.cases.filter(({ id }) =>
    ['audit-modify', 'modify-unknown-field', 'audit-block'].includes(id),
  );
  for (const { plugins } of silent) {
    const payload = { backendName: 'b', modelId: 'm', modelOptions: {} };
    await fire(
      plugins.map((plugin) => listener(plugin, [])),
      HookType.SESSION_PRE_INIT,
      payload,
    );
  }
  expect(logged.map(({ level }) => level)).toEqual(silent.map(() => 'warn'));
});

class Scripted extends Backend {
  readonly provider = 'scripted';
  readonly modelId = 'm';
  readonly text: string;
  readonly error: Error | null;
  constructor(text: string, error: Error | null) {
    super();
    this.text = text;
    this.error = error;
  }
  async *_generateFromContext(): AsyncGenerator<GenerationEvent> {
    yield { type: 'prompt', prompt: 'P' };
    if (this.error) throw this.error;
    yield { type: 'text', text: this.text };
    yield { type: 'finish', reason: 'stop' };
  }
  async _generateFromRaw(): Promise<RawItem[]> {
    return [];
  }
}

describe('what core fires in the lifecycles of the reference', () => {
  const lifecycles = ['aact-no-strategy-await', 'backend-error', 'stream_with_chunking'].map((id) =>
    golden.lifecycle.find((lifecycle) => lifecycle.id === id),
  );

  it.each(lifecycles as Lifecycle[])('$id', async ({ id, returned, raised, hooks }) => {
    const fired: unknown[] = [];
    const note = (type: string, facts: object): void => void fired.push([type, facts]);
    const listeners = [
      hook(HookType.GENERATION_PRE_CALL, ({ modelOptions, toolCalls }) =>
        note('generation_pre_call', { modelOptions, toolCalls }),
      ),
      hook(HookType.GENERATION_POST_CALL, ({ prompt }) => note('generation_post_call', { prompt })),
      hook(HookType.GENERATION_ERROR, ({ exception }) =>
        note('generation_error', { exception: exception.message }),
      ),
    ];
    const backend = new Scripted(String(returned), raised ? new Error(raised.message) : null);
    const outcome = await pluginScope(listeners, async () => {
      if (id === 'stream_with_chunking') {
        const stream = await streamWithChunking('x', backend, new PlainContext());
        await stream.acomplete();
        return stream.fullText;
      }
      const [thunk] = await backend.generateFromContext('x', new PlainContext());
      return thunk.avalue();
    }).catch((error: Error) => error.message);
    const ours = (facts: Record<string, unknown>): object => {
      if ('exception' in facts) return { exception: outcome };
      const options = facts.model_options as { '@@@stream@@@'?: boolean } | undefined;
      return camelled({
        ...facts,
        ...(options && { model_options: options['@@@stream@@@'] ? { stream: true } : {} }),
      });
    };
    const generation = hooks.filter(([type]) => type.startsWith('generation_'));
    expect(fired).toEqual(generation.map(([type, facts]) => [type, ours(facts)]));
    expect(outcome).toContain(raised ? raised.message : returned);
  });
});

describe('effects of the reference that plugins do not have here', () => {
  it('departs: an error hook cannot replace the error (7, departure 10)', async () => {
    expect(golden.effects.map((effect) => effect.id)).toContain(
      'generation_error blocks: replaces the backend error',
    );
    const blocks = hook(HookType.GENERATION_ERROR, () => block('swallow?', { code: 'E' }));
    const work = pluginScope(blocks, async () => {
      const [thunk] = await new Scripted('', new Error('backend broke')).generateFromContext(
        'x',
        new PlainContext(),
      );
      return thunk.avalue();
    });
    await expect(work).rejects.toThrow('backend broke');
    expect(logged).toMatchObject([{ level: 'warn' }]);
  });
});
