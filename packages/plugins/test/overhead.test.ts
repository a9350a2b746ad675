import type { HookScope } from '@melliflow/core';
import { setHookDispatcher } from '@melliflow/core/implement';
import { streamWithChunking } from '@melliflow/streaming';
import { ScriptedBackend } from '@melliflow/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { PlainContext } from './support/plain-context.js';
import { runProgram } from './support/run-program.js';

/** In bytes for each call. */
interface Allocations {
  object: number;
  check: { before: number; after: number };
  verb: number;
  untouched: number;
  registered: number;
  idle: number;
  none: number;
}

describe('with no plugin registered', () => {
  it('a hook allocates nothing, before the first plugin and after the last', async () => {
    const flags = ['--expose-gc', '--no-opt', '--min-semi-space-size=256', '--max-semi-space-size=256'];
    const { object, check, verb, untouched, registered, idle, none } = await runProgram<Allocations>(
      'allocations',
      flags,
    );
    expect(object, 'an object is seen by this measure').toBeGreaterThan(8);
    for (const bytes of [check.before, check.after, verb]) expect(bytes).toBeLessThan(4);
    expect(registered - none, 'a plugin is seen by this measure').toBeGreaterThan(200);
    expect(Math.abs(idle - none)).toBeLessThan(16);
    expect(idle - untouched, 'following call chains ended with the last plugin').toBeLessThan(16);
  });

  afterEach(() => setHookDispatcher(null));

  it('each operation asks once whether anybody listens', async () => {
    let asked = 0;
    setHookDispatcher({
      capture: (): HookScope | null => {
        asked += 1;
        return null;
      },
    });
    const backend = new ScriptedBackend([{ deltas: ['One. ', 'Two. ', 'Three.'] }]);
    const ctx = new PlainContext();
    const countOf = async (operation: () => Promise<unknown>): Promise<number> => {
      asked = 0;
      await operation();
      return asked;
    };
    expect([
      await countOf(async () => (await backend.generateFromContext('x', ctx))[0].avalue()),
      await countOf(() => backend.generateFromRaw(['1', '2', '3'], ctx)),
      await countOf(async () => (await streamWithChunking('x', backend, ctx)).acomplete()),
    ]).toEqual([1, 1, 2]);
  });
});

it('no timer and no listener is left, however plugins end', async () => {
  const { left, listeners } = await runProgram<{ left: Record<string, string>; listeners: number }>(
    'leftovers',
  );
  expect(left).toEqual({
    'asynchronous answers': '',
    'nobody waits': '',
    'one blocks while its peers sleep': '',
    'too late': '',
  });
  expect(listeners).toBe(0);
});
