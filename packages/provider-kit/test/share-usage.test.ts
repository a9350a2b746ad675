import { expect, it } from 'vitest';
import { shareUsage } from '../src/index.js';

const usage = (promptTokens: number, completionTokens: number) => ({
  promptTokens,
  completionTokens,
  totalTokens: promptTokens + completionTokens,
});
const item = (prompt: string, text: string) => ({ prompt, text });

it('one item has what was counted', () => {
  const total = { ...usage(3, 4), details: { cached_tokens: 1 } };
  expect(shareUsage(total, [item('a', 'b')])).toEqual([total]);
});

it('shares go by length, say that they are estimated and add up', () => {
  expect(shareUsage(usage(10, 7), [item('aaaa', ''), item('a', 'b'), item('', 'bb')])).toEqual([
    { ...usage(8, 0), estimated: true },
    { ...usage(2, 2), estimated: true },
    { ...usage(0, 5), estimated: true },
  ]);
});

it('nothing to go by is shared evenly', () => {
  const shares = shareUsage(usage(7, 0), [item('', ''), item('', ''), item('', '')]);
  expect(shares.map(({ promptTokens }) => promptTokens)).toEqual([2, 3, 2]);
});
