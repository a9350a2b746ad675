import { getEventListeners } from 'node:events';
import { SimpleContext } from '@melliflow/stdlib';
import { expect, test } from 'vitest';
import { tinyBackend } from './tiny-backend.js';

const seeds = 8;
const streams = 200;
const ctx = new SimpleContext();

test('of two hundred streams at once a third is cancelled: no text is lost, nothing is left', async () => {
  const backend = tinyBackend({ sequences: 4 });
  const { signal } = new AbortController();
  const ask = async (seed: number) => {
    const modelOptions = { stream: true, temperature: 1, seed, maxNewTokens: 24 };
    const options = { modelOptions, signal };
    return (await backend.generateFromContext('Write a short story about a robot.', ctx, options))[0];
  };
  const alone: string[] = [];
  for (let seed = 0; seed < seeds; seed++) alone.push(await (await ask(seed)).avalue());
  expect(new Set(alone).size).toBeGreaterThan(seeds / 2);

  const ends = await Promise.all(
    Array.from({ length: streams }, async (_, i) => {
      const thunk = await ask(i % seeds);
      // Some before their first token, some after it, some in the middle; those that are over by then are whole.
      const cancelAt = i % 3 === 0 ? Math.floor(Math.random() * 12) : null;
      if (cancelAt === 0) await thunk.cancelGeneration();
      let pieces = 0;
      let read = '';
      for await (const piece of thunk) {
        read += piece;
        if (++pieces === cancelAt) await thunk.cancelGeneration();
      }
      return { read, value: thunk.value, cancelled: thunk.cancelled, whole: alone[i % seeds] as string };
    }),
  );
  for (const { read, value, cancelled, whole } of ends) {
    expect(read).toBe(value);
    expect(cancelled ? whole.startsWith(read) : read === whole, `${read} of ${whole}`).toBe(true);
  }
  expect(ends.filter(({ cancelled }) => !cancelled).length).toBeGreaterThanOrEqual((streams / 3) * 2 - 1);
  expect(ends.filter(({ cancelled }) => cancelled).length).toBeGreaterThan(streams / 6);
  // The caller's signal is let go, and every sequence is back: closing the pool waits for no one.
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  const { sequences } = await backend._load();
  const all = await Promise.all(Array.from({ length: sequences.size }, () => sequences.acquire([], signal)));
  expect(new Set(all).size).toBe(4);
  for (const sequence of all) sequences.release(sequence);
});
