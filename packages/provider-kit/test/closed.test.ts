import { expect, it } from 'vitest';
import { type AttemptIO, runAttempts, streamAttempts } from '../src/index.js';
import { plan } from './plan.js';

/** A call in pieces whose reader leaves at the first one, and the signal of its attempt. */
async function left(before: (io: AttemptIO) => void): Promise<AbortSignal> {
  let signal = new AbortController().signal;
  const pieces = streamAttempts(plan({}), async function* (io) {
    signal = io.signal;
    before(io);
    yield ['a piece'];
  });
  expect(await pieces.next()).toEqual({ done: false, value: 'a piece' });
  await pieces.return?.();
  return signal;
}

it('an attempt whose reply is open is aborted when its reader leaves, so that its connection closes', async () => {
  expect((await left(() => undefined)).aborted).toBe(true);
});

it('an attempt whose reply is closed has nothing to abort', async () => {
  expect((await left((io) => io.closed())).aborted).toBe(false);
});

it('a reply that came at once was read whole', async () => {
  const signal = await runAttempts(plan({}), async (io) => io.signal);
  expect(signal.aborted).toBe(false);
});
