import { expect, test } from 'vitest';
import { together } from '../together.mjs';

test('gives what all give', async () => {
  await expect(together([Promise.resolve(1), 2])).resolves.toEqual([1, 2]);
});

test('fails when all have ended', async () => {
  let finish = (_: string): void => undefined;
  let ended = false;
  const slow = new Promise<string>((resolve) => {
    finish = resolve;
  }).then(() => {
    ended = true;
  });
  const both = together([Promise.reject(new Error('one of two')), slow]);
  finish('late');
  await expect(both).rejects.toThrow('one of two');
  expect(ended).toBe(true);
});
