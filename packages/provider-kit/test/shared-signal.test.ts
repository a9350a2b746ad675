import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { runAttempts } from '../src/index.js';
import { plan, untilAborted } from './plan.js';

it('many calls with one signal share one listener on it, all end with it, and none stays', async () => {
  const { signal, abort } = controlled();
  const calls = Array.from({ length: 20 }, () =>
    runAttempts(plan({ signal }), (io) => untilAborted(io.signal)),
  );
  const single = runAttempts(plan({ signal }), async () => 'done');
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  expect(await single).toBe('done');
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  abort();
  for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'generation_cancelled' });
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

function controlled(): { signal: AbortSignal; abort(): void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
