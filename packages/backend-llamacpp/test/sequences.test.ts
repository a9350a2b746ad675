import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { expect, test } from 'vitest';
import { poolSequences } from '../src/llamacpp-sequences.js';

const never = new AbortController().signal;

/** A sequence that holds `state`. */
function holding(...state: number[]): LlamaContextSequence {
  const compareContextTokens = (tokens: Token[]) => {
    const differs = state.findIndex((token, at) => tokens[at] !== token);
    return { firstDifferentIndex: differs < 0 ? state.length : differs };
  };
  return { compareContextTokens } as unknown as LlamaContextSequence;
}

const tokens = (...ids: number[]): Token[] => ids as Token[];

test('the sequence that holds the longest beginning of the prompt is taken', async () => {
  const [other, beginning, longer] = [holding(9), holding(1), holding(1, 2)];
  const pool = poolSequences([other, beginning, longer]);
  expect(await pool.acquire(tokens(1, 2, 3), never)).toBe(longer);
  expect(await pool.acquire(tokens(1, 2, 3), never)).toBe(beginning);
  expect(await pool.acquire(tokens(1, 2, 3), never)).toBe(other);
});

test('who waits is served in order', async () => {
  const only = holding();
  const pool = poolSequences([only]);
  await pool.acquire([], never);
  const served: string[] = [];
  const first = pool.acquire([], never).then((sequence) => {
    served.push('first');
    pool.release(sequence);
  });
  const second = pool.acquire([], never).then(() => served.push('second'));
  pool.release(only);
  await Promise.all([first, second]);
  expect(served).toEqual(['first', 'second']);
});

test('an abort ends the wait with its reason, and the next in line is served', async () => {
  const only = holding();
  const pool = poolSequences([only]);
  await pool.acquire([], never);
  const caller = new AbortController();
  const given = pool.acquire([], caller.signal);
  const next = pool.acquire([], never);
  caller.abort(new Error('no longer'));
  await expect(given).rejects.toThrow('no longer');
  pool.release(only);
  expect(await next).toBe(only);
});

test('a signal that aborted before takes nothing', async () => {
  const pool = poolSequences([holding()]);
  await expect(pool.acquire([], AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  await pool.close();
});

test('closing waits for what is out and then gives nothing more', async () => {
  const pool = poolSequences([holding(), holding()]);
  const sequence = await pool.acquire([], never);
  let closed = false;
  const closing = pool.close().then(() => {
    closed = true;
  });
  await expect(pool.acquire([], never)).rejects.toThrow('disposed');
  expect(closed).toBe(false);
  pool.release(sequence);
  await closing;
  expect(closed).toBe(true);
});
