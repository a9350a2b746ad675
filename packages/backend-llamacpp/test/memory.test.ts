import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SimpleContext } from '@melliflow/stdlib';
import { expect, test } from 'vitest';
import { tinyBackend } from './tiny-backend.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function used(): { heapMb: number; rssMb: number } {
  collectGarbage();
  collectGarbage();
  const { heapUsed, rss } = process.memoryUsage();
  return { heapMb: heapUsed / 1e6, rssMb: rss / 1e6 };
}

test('two hundred generations in a row take no more memory', { timeout: 120_000 }, async () => {
  const backend = tinyBackend();
  const run = async (from: number, to: number): Promise<void> => {
    for (let i = from; i < to; i++) {
      const [thunk] = await backend.generateFromContext(
        `Write a short story about robot ${i}.`,
        new SimpleContext(),
        {
          modelOptions: { stream: i % 2 === 0, temperature: 1, seed: i, maxNewTokens: 40 },
        },
      );
      expect(await thunk.avalue()).not.toBe('');
    }
  };
  await run(0, 50);
  const early = used();
  await run(50, 200);
  const late = used();
  expect(late.heapMb - early.heapMb).toBeLessThan(3);
  expect(late.rssMb - early.rssMb).toBeLessThan(25);
});
