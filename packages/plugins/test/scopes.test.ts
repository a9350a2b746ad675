import { Backend, type ContextCall, type GenerationEvent, HookType, type RawItem } from '@melliflow/core';
import { captureHooks } from '@melliflow/core/implement';
import { streamWithChunking } from '@melliflow/streaming';
import { ScriptedBackend } from '@melliflow/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type AnyHook,
  hook,
  type PluginScope,
  PluginUseError,
  pluginScope,
  pluginScopeFor,
  register,
  unregister,
} from '../src/index.js';
import { failureOf, hearLogger } from './support/listening.js';
import { PlainContext } from './support/plain-context.js';

hearLogger();
const ctx = new PlainContext();
const scripted = (): ScriptedBackend => new ScriptedBackend([{ deltas: ['Fine.'] }]);

/** Notes the actions that generations begin with. */
function listener(notes: string[], label = ''): AnyHook {
  return hook(HookType.GENERATION_PRE_CALL, ({ action }) => void notes.push(`${label}${action}`));
}

async function ask(backend: Backend, action: string): Promise<void> {
  const [thunk] = await backend.generateFromContext(action, ctx);
  await thunk.avalue();
}

describe('pluginScope(plugins, fn)', () => {
  it('refuses a generator, of which it would be told nothing', async () => {
    const notes: string[] = [];
    const backend = scripted();
    const all = async function* () {
      yield await ask(backend, 'late');
    };
    expect(() => pluginScope(listener(notes), all)).toThrow(PluginUseError);
    expect(() => pluginScope(listener(notes), () => [1].values())).not.toThrow();
    await pluginScope(listener(notes), async () => {
      for await (const _ of all()) notes.push('iterated');
    });
    expect(notes).toEqual(['late', 'iterated']);
  });

  it('is told of what begins in the call chain of fn, and of nothing else', async () => {
    const notes: string[] = [];
    const backend = scripted();
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const inside = pluginScope(listener(notes), async () => {
      await gate;
      await ask(backend, 'inside');
      return 'result';
    });
    await ask(backend, 'beside');
    release();
    expect(await inside).toBe('result');
    await ask(backend, 'after');
    expect(notes).toEqual(['inside']);
  });

  it('ends when fn is done, also by an error, thrown or rejected; also when fn is synchronous', async () => {
    const notes: string[] = [];
    const scopes: PluginScope[] = [];
    const broken = new Error('broken');
    const keep = (scope: PluginScope): number => scopes.push(scope);
    await expect(
      pluginScope(listener(notes), async (scope) => {
        keep(scope);
        throw broken;
      }),
    ).rejects.toBe(broken);
    expect(() =>
      pluginScope(listener(notes), (scope) => {
        keep(scope);
        throw broken;
      }),
    ).toThrow(broken);
    expect(pluginScope(listener(notes), keep)).toBe(3);
    for (const scope of scopes) expect(() => scope.run(() => 1)).toThrow(PluginUseError);
    expect(captureHooks()).toBeNull();
  });

  it('what fn left running begins nothing that the ended scope is told of; what had begun is told to its end', async () => {
    const ends: string[] = [];
    const notes: string[] = [];
    const others: string[] = [];
    const other = listener(others);
    register(other);
    const post = hook(
      HookType.GENERATION_POST_CALL,
      ({ modelOutput }) => void ends.push(String(modelOutput)),
    );
    const backend = scripted();
    let left: Promise<void> = Promise.resolve();
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const [thunk] = await pluginScope([listener(notes), post], () => {
      left = gate.then(() => ask(backend, 'left'));
      return backend.generateFromContext('begun', ctx);
    });
    await thunk.avalue();
    release();
    await left;
    unregister(other);
    expect([notes, ends, others]).toEqual([['begun'], ['Fine.'], ['begun', 'left']]);
  });

  it('nests: registered, outer and inner plugins are all told; one that is in several is told once', async () => {
    const notes: string[] = [];
    const shared = listener(notes, 'shared ');
    const global = listener(notes, 'global ');
    register(global);
    await pluginScope([listener(notes, 'outer '), shared], async () => {
      await pluginScope([listener(notes, 'inner '), shared], () => ask(scripted(), '1'));
      await ask(scripted(), '2');
    });
    unregister(global);
    expect(notes).toEqual(['global 1', 'outer 1', 'shared 1', 'inner 1', 'global 2', 'outer 2', 'shared 2']);
  });

  it('one plugin in two scopes at once is told once of each', async () => {
    const notes: string[] = [];
    const shared = listener(notes);
    await Promise.all(['a', 'b'].map((name) => pluginScope(shared, () => ask(scripted(), name))));
    expect(notes.sort()).toEqual(['a', 'b']);
  });

  it('waits for any thenable', async () => {
    const notes: string[] = [];
    const lazy = {
      // biome-ignore lint/suspicious/noThenProperty: a query builder is one.
      then: (resolve: (value: string) => void) => void ask(scripted(), 'lazy').then(() => resolve('done')),
    };
    expect(await pluginScope(listener(notes), () => lazy)).toBe('done');
  });
});

describe('ten thousand concurrent generations under 10 scopes', () => {
  it('each payload reaches the plugins of its own scope, once, and no others', async () => {
    const backend = scripted();
    const seen = Array.from({ length: 10 }, () => new Map<string, number>());
    const seenBy = (scope: number) => (action: unknown) =>
      void seen[scope]?.set(String(action), (seen[scope].get(String(action)) ?? 0) + 1);
    await Promise.all(
      seen.map((_, scope) => {
        const note = seenBy(scope);
        const plugins = [
          hook(HookType.GENERATION_PRE_CALL, ({ action }) => note(action)),
          hook(HookType.GENERATION_POST_CALL, async ({ modelOutput }) => {
            await Promise.resolve();
            note(modelOutput.generateLog?.action);
          }),
        ];
        return pluginScope(plugins, () =>
          Promise.all(Array.from({ length: 1000 }, (_, i) => ask(backend, `${scope} ${i}`))),
        );
      }),
    );
    for (const [scope, actions] of seen.entries()) {
      expect(actions.size).toBe(1000);
      for (const [action, times] of actions) {
        expect([action.split(' ')[0], times]).toEqual([String(scope), 2]);
      }
    }
    expect(backend.calls).toHaveLength(10_000);
    expect(captureHooks()).toBeNull();
  });
});

class Guarded extends Backend {
  readonly provider = 'guarded';
  readonly modelId = 'guarded';
  readonly #calls: string[] = [];
  get calls(): number {
    return this.#calls.length;
  }
  #note(call: string): void {
    this.#calls.push(call);
  }
  async *_generateFromContext({ action }: ContextCall): AsyncGenerator<GenerationEvent> {
    this.#note(String(action));
    yield { type: 'text', text: 'ok' };
    yield { type: 'finish', reason: 'stop' };
  }
  async _generateFromRaw(): Promise<RawItem[]> {
    this.#note('raw');
    return [{ text: 'ok', finishReason: 'stop' }];
  }
}

describe('using scope = pluginScope(plugins)', () => {
  it('is told of the calls of the backend that it binds, wherever they are made; of no others', async () => {
    const notes: string[] = [];
    const backend = scripted();
    const batch = hook(
      HookType.GENERATION_BATCH_PRE_CALL,
      ({ numActions }) => void notes.push(`raw ${numActions}`),
    );
    {
      using scope = pluginScope([listener(notes), batch]);
      const bound = scope.backend(backend);
      await ask(bound, 'bound');
      await ask(backend, 'free');
      await bound.generateFromRaw(['a', 'b'], ctx);
      await new Promise<void>((resolve) => setImmediate(() => void ask(bound, 'elsewhere').then(resolve)));
    }
    expect(notes).toEqual(['bound', 'raw 2', 'elsewhere']);
    expect(captureHooks()).toBeNull();
  });

  it('binds what has private fields, and is the same to the outside', async () => {
    using scope = pluginScope(listener([]));
    const backend = new Guarded();
    const bound = scope.backend(backend);
    await ask(bound, 'x');
    await bound.generateFromRaw(['x'], ctx);
    expect(scope.followsCalls).toBe(true);
    expect([bound.calls, bound.provider, bound instanceof Guarded, bound.constructor]).toEqual([
      2,
      'guarded',
      true,
      Guarded,
    ]);
    expect(bound._generateFromContext).toBe(bound._generateFromContext);
    await bound._generateFromRaw();
    expect(bound.calls).toBe(3);
    await ask(scope.backend(Object.freeze(new Guarded())), 'frozen');
  });

  it('binds a bound one: both scopes are told', async () => {
    const notes: string[] = [];
    using outer = pluginScope(listener(notes, 'outer '));
    using inner = pluginScope(listener(notes, 'inner '));
    await ask(inner.backend(outer.backend(scripted())), 'x');
    await outer.run(() => ask(outer.backend(scripted()), 'y'));
    expect(notes).toEqual(['outer x', 'inner x', 'outer y']);
  });

  it('is told of a stream, and of its generation, over the backend that it binds', async () => {
    const notes: string[] = [];
    using scope = pluginScope([
      listener(notes, 'generation '),
      hook(HookType.STREAMING_START, ({ action }) => void notes.push(`stream ${action}`)),
    ]);
    using inner = pluginScope(listener(notes, 'inner '));
    const stream = await streamWithChunking('x', inner.backend(scope.backend(scripted())), ctx);
    await stream.acomplete();
    expect(notes).toEqual(['stream x', 'generation x', 'inner x']);
  });

  it('after its end, a call of the backend that it bound is an error, and nothing is sent', async () => {
    const backend = scripted();
    const scope = pluginScope(listener([]));
    const bound = scope.backend(backend);
    scope.dispose();
    scope.dispose();
    const failures = [
      await failureOf(ask(bound, 'late')),
      await failureOf(bound.generateFromRaw(['late'], ctx)),
      await failureOf((async () => scope.backend(backend))()),
    ];
    for (const failure of failures) expect(failure).toMatchObject({ code: 'plugin_use' });
    expect(backend.calls).toEqual([]);
    expect(captureHooks()).toBeNull();
  });
});

describe('pluginScopeFor(plugins, { sessionId })', () => {
  it('tells all plugins the session, also registered ones; the inner session inside another', async () => {
    const ids: (string | null)[] = [];
    const tell = (): AnyHook =>
      hook(HookType.GENERATION_PRE_CALL, (_, { sessionId }) => void ids.push(sessionId));
    const global = tell();
    register(global);
    using session = pluginScopeFor([tell()], { sessionId: 's1' });
    using empty = pluginScopeFor([], { sessionId: 's2' });
    await session.run(() => ask(scripted(), 'x'));
    await ask(session.backend(scripted()), 'x');
    await session.enter(() => empty.enter(() => ask(scripted(), 'x')));
    await ask(scripted(), 'x');
    unregister(global);
    expect(ids).toEqual(['s1', 's1', 's1', 's1', 's2', 's2', null]);
  });

  it('without any plugin in the process it is a plain call', () => {
    using session = pluginScopeFor([], { sessionId: 's' });
    expect(session.enter(() => captureHooks())).toBeNull();
  });
});

describe('a plugin that generates in its hook', () => {
  it('is not told of what it does itself, however deep; others are', async () => {
    const notes: string[] = [];
    const backend = scripted();
    const asks = (name: string): AnyHook =>
      hook(HookType.GENERATION_PRE_CALL, async ({ action }) => {
        notes.push(`${name}: ${action}`);
        await Promise.resolve();
        await ask(backend, `${action}.${name}`);
      });
    await pluginScope([asks('a'), asks('b')], () => ask(backend, 'x'));
    expect(notes).toEqual(['a: x', 'b: x.a', 'b: x', 'a: x.b']);
    expect(backend.calls).toHaveLength(5);
  });

  it('is told of the next call all the same', async () => {
    const notes: string[] = [];
    const backend = scripted();
    const curious = hook(HookType.GENERATION_POST_CALL, async () => {
      notes.push('told');
      await ask(backend, 'and?');
    });
    await pluginScope(curious, async () => {
      await ask(backend, '1');
      await ask(backend, '2');
    });
    expect(notes).toEqual(['told', 'told']);
  });
});

describe('where there is no AsyncLocalStorage', () => {
  const STATE = Symbol.for('@melliflow/plugins/state');
  const slots = globalThis as { [STATE]?: object };
  const shared = slots[STATE];
  const { getBuiltinModule } = process;
  afterEach(() => {
    process.getBuiltinModule = getBuiltinModule;
    slots[STATE] = shared as object;
    delete (globalThis as { [key: symbol]: unknown })[Symbol.for('@melliflow/core/hooks')];
  });
  const withoutStorage = (): void => {
    process.getBuiltinModule = (() => undefined) as never;
    delete slots[STATE];
    delete (globalThis as { [key: symbol]: unknown })[Symbol.for('@melliflow/core/hooks')];
  };

  it('pluginScope(plugins, fn) says so, and what to do', async () => {
    withoutStorage();
    const fn = vi.fn();
    expect(() => pluginScope(listener([]), fn)).toThrow(/no AsyncLocalStorage.*scope\.backend\(b\)/);
    expect(fn).not.toHaveBeenCalled();
    expect(captureHooks()).toBeNull();
  });

  it('a bound backend is told of all the same, and enter of what begins at once', async () => {
    withoutStorage();
    const notes: string[] = [];
    using scope = pluginScope(listener(notes));
    expect(scope.followsCalls).toBe(false);
    const backend = scripted();
    await Promise.all([ask(scope.backend(backend), 'bound'), ask(backend, 'free')]);
    await scope.enter(() => ask(backend, 'at once'));
    expect(() =>
      scope.enter(() => {
        throw new Error('broken');
      }),
    ).toThrow('broken');
    await ask(backend, 'after');
    expect(notes).toEqual(['bound', 'at once']);
  });

  it('a plugin that generates with context.backend is not told of it, also after an await', async () => {
    withoutStorage();
    const notes: string[] = [];
    const curious = hook(HookType.GENERATION_PRE_CALL, async ({ action }, { backend }) => {
      notes.push(String(action));
      await Promise.resolve();
      if (backend) await ask(backend, `${action}, really?`);
    });
    register(curious);
    using scope = pluginScope(listener(notes, 'other: '));
    await ask(scope.backend(scripted()), 'x');
    unregister(curious);
    expect(notes).toEqual(['x', 'other: x, really?', 'other: x']);
  });
});
