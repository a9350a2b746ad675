import { describe, expect, it } from 'vitest';
import { thunkFromEvents, whenSettled } from '../src/implement/index.js';
import { ModelOutputThunk } from '../src/thunk/model-output-thunk.js';

const events = (...texts: string[]) =>
  async function* () {
    for (const text of texts) yield { type: 'text' as const, text };
    yield { type: 'finish' as const, reason: 'stop' as const };
  };

describe('whenSettled', () => {
  it('resolves at the end without reading: the text is all there for astream (2.3)', async () => {
    const thunk = thunkFromEvents(events('Hel', 'lo.'));
    expect(thunk.settled).toBe(false);
    await whenSettled(thunk);
    expect([thunk.settled, thunk.isComputed()]).toEqual([true, false]);
    expect(await thunk.astream()).toBe('Hello.');
  });

  it('resolves after a failure and a cancel too, and at once where nothing runs', async () => {
    const failing = thunkFromEvents(async function* () {
      yield { type: 'text' as const, text: 'par' };
      throw new Error('dead');
    });
    await whenSettled(failing);
    await expect(failing.avalue()).rejects.toThrow(/dead/);
    const hanging = thunkFromEvents(async function* (signal) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
    await Promise.all([whenSettled(hanging), hanging.cancelGeneration()]);
    await whenSettled(new ModelOutputThunk(null));
    expect([hanging.settled, hanging.cancelled]).toEqual([true, true]);
  });
});
