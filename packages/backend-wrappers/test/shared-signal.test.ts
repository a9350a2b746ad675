import { getEventListeners } from 'node:events';
import { ScriptedBackend } from '@melliflow/testing';
import { expect, it } from 'vitest';
import { cache, WrappingBackend } from '../src/index.js';
import { context } from './support/ask.js';

it('a batch that is looked up in a store which answers later has few listeners on its signal', async () => {
  const counts: number[] = [];
  const signals: AbortSignal[] = [];
  let open = (): void => undefined;
  const gate = new Promise<undefined>((resolve) => {
    open = () => resolve(undefined);
  });
  const store = {
    get: async (): Promise<undefined> => {
      for (const signal of signals) counts.push(getEventListeners(signal, 'abort').length);
      return gate;
    },
    set: async () => undefined,
    delete: async () => undefined,
  };
  const cached = cache(new ScriptedBackend([{ deltas: ['a'] }]), { store });
  class Watched extends WrappingBackend {
    override _generateFromRaw(call: Parameters<WrappingBackend['_generateFromRaw']>[0]) {
      signals.push(call.signal);
      return cached._generateFromRaw(call);
    }
  }
  const batch = new Watched(cached).generateFromRaw(
    Array.from({ length: 20 }, (_, i) => `${i}`),
    context,
  );
  await new Promise((resolve) => setImmediate(resolve));
  open();
  expect((await batch).map(({ value }) => value)).toEqual(Array(20).fill('a'));
  expect(counts).toHaveLength(20);
  expect(Math.max(...counts)).toBeLessThanOrEqual(3);
});
