import { fileURLToPath } from 'node:url';
import { HookType } from '@melliflow/core';
import { captureHooks } from '@melliflow/core/implement';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { type AnyHook, hook, Plugin, PluginSet, register, unregister } from '../src/index.js';
import type { Pluggables } from '../src/registration.js';
import type * as Decorated from './support/decorated.js';
import { failureOf, fire, hearLogger } from './support/listening.js';
import { payloads } from './support/payloads.js';

hearLogger();
const type = HookType.SAMPLING_LOOP_START;

/** The names of those who were told, in order. */
async function told(make: (note: (name: string) => () => void) => Pluggables): Promise<string[]> {
  const names: string[] = [];
  await fire(
    make((name) => () => void names.push(name)),
    type,
    payloads[type] as never,
  );
  return names;
}

class Named extends Plugin {
  override readonly name: string;
  override readonly priority: number | undefined;
  readonly made: AnyHook[];
  constructor(name: string, made: AnyHook[], priority?: number) {
    super();
    this.name = name;
    this.made = made;
    this.priority = priority;
  }
  override hooks(): readonly AnyHook[] {
    return this.made;
  }
}

describe('order', () => {
  it('by mode, then by priority, then by registration', async () => {
    expect(
      await told((note) => [
        hook(type, note('concurrent'), { mode: 'concurrent', priority: 1 }),
        hook(type, note('audit'), { mode: 'audit', priority: 1 }),
        hook(type, note('transform'), { mode: 'transform', priority: 1 }),
        hook(type, note('third')),
        hook(type, note('second'), { priority: 49 }),
        hook(type, note('fourth')),
        hook(type, note('first'), { priority: -1 }),
      ]),
    ).toEqual(['first', 'second', 'third', 'fourth', 'transform', 'audit', 'concurrent']);
  });

  it('the priority of a set wins over that of a hook, that over the one of its plugin; the outer set over the inner', async () => {
    expect(
      await told((note) => [
        hook(type, note('50')),
        new Named(
          'plugin',
          [hook(type, note('of plugin')), hook(type, note('of hook'), { priority: 40 })],
          45,
        ),
        new PluginSet(
          'outer',
          [new PluginSet('inner', [hook(type, note('of set'), { priority: 90 })], { priority: 80 })],
          {
            priority: 10,
          },
        ),
        new PluginSet('around', [new Named('third', [hook(type, note('of third'), { priority: 1 })])], {
          priority: 30,
        }),
        new PluginSet('plain', [hook(type, note('own'), { priority: 20 })]),
      ]),
    ).toEqual(['of set', 'own', 'of third', 'of hook', 'of plugin', '50']);
  });
});

describe('registration', () => {
  it('a plugin that is reached in several ways is told once, where it came first', async () => {
    const names: string[] = [];
    const one = hook(type, () => void names.push('one'));
    const plugin = new Named('plugin', [hook(type, () => void names.push('plugin'))]);
    register([one, one]);
    register(one);
    const again = new PluginSet('again', [one, plugin]);
    register(again);
    await fire([plugin, one], type, payloads[type] as never);
    expect(names).toEqual(['one', 'plugin']);
    expect([unregister(one), unregister(again)]).toEqual([false, true]);
    expect(captureHooks()).toBeNull();
  });

  it('what is not registered any more is told of nothing', async () => {
    const names: string[] = [];
    const gone = hook(type, () => void names.push('gone'));
    register(gone);
    expect([unregister(gone), unregister(gone)]).toEqual([true, false]);
    await fire([], type, payloads[type] as never);
    expect(names).toEqual([]);
  });

  it('all or nothing: what is wrong in a list keeps the others out', async () => {
    const names: string[] = [];
    const good = hook(type, () => void names.push('good'));
    expect(() => register([good, { hooks: 3 } as never])).toThrow(TypeError);
    expect(() => register([[good]] as never)).toThrow(TypeError);
    await fire([], type, payloads[type] as never);
    expect(names).toEqual([]);
  });

  it('a plugin that listens to nothing, or gives something else than hooks, is an error that names it', () => {
    expect(() => register(new Named('deaf', []))).toThrow("Plugin 'deaf' listens to nothing");
    expect(() => register(new Named('odd', [{ fn: 3 } as never]))).toThrow("Plugin 'odd': hooks() must give");
    expect(() => new PluginSet('s', null as never)).toThrow(
      "PluginSet 's': plugins must be an array, got null",
    );
    expect(() => new PluginSet('s', [], { priority: 'x' as never })).toThrow(
      "PluginSet 's': priority must be",
    );
  });

  it('the error names the plugin when its hook has no name of its own', async () => {
    const broken = (): never => {
      throw new Error('x');
    };
    const payload = payloads[type] as never;
    const plugin = new Named('plugin', [hook(type, broken)]);
    const own = new Named('plugin', [hook(type, broken, { name: 'own' })]);
    expect(await failureOf(fire(plugin, type, payload))).toMatchObject({ pluginName: 'plugin' });
    expect(await failureOf(fire(own, type, payload))).toMatchObject({ pluginName: 'own' });
    expect(await failureOf(fire(hook(type, broken), type, payload))).toMatchObject({ pluginName: 'broken' });
  });
});

describe('standard decorators', async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./support/decorated.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
  });
  const script = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  const { Counter, Doubled } = (await import(`data:text/javascript;base64,${script}`)) as typeof Decorated;

  it('mark methods as hooks, with the state of their instance; of another copy of the package too', async () => {
    const [counter, other] = [new Counter(), new Counter()];
    expect(counter instanceof Plugin).toBe(false);
    await fire(counter, type, payloads[type] as never);
    await fire(counter, HookType.SAMPLING_LOOP_END, payloads.sampling_loop_end as never);
    expect([counter.seen, other.seen]).toEqual([['start 2', 'end'], []]);
    expect(counter.hooks().map(({ mode, priority }) => [mode, priority])).toEqual([
      ['transform', 3],
      ['sequential', undefined],
    ]);
  });

  it('an overriding method is the one that is told, once, marked again or not', async () => {
    const doubled = new Doubled();
    await fire(doubled, type, payloads[type] as never);
    await fire(doubled, HookType.SAMPLING_LOOP_END, payloads.sampling_loop_end as never);
    expect(doubled.seen).toEqual(['doubled start', 'doubled end']);
    expect(doubled.hooks().map(({ mode }) => mode)).toEqual(['transform', 'audit']);
  });
});
