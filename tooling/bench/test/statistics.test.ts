import { describe, expect, test } from 'vitest';
import { compare, median, medianWithInterval } from '../lib/statistics.mjs';

describe('the median', () => {
  test('is the one in the middle, or the mean of the two', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
  test('leaves what it is given as it is', () => {
    const given = [3, 1, 2];
    median(given);
    expect(given).toEqual([3, 1, 2]);
  });
});

describe('the interval', () => {
  test('holds the median, and is the value alone where all are the same', () => {
    const { low, middle, high } = medianWithInterval([1, 2, 3, 4, 100]);
    expect(low).toBeLessThanOrEqual(middle);
    expect(high).toBeGreaterThanOrEqual(middle);
    expect(medianWithInterval([2, 2, 2])).toEqual({ middle: 2, low: 2, high: 2 });
  });
  test.each([
    [3, 0],
    [5, 0],
    [6, 0],
    [8, 0],
    [9, 1],
    [15, 3],
    [25, 7],
  ])('of %i rounds leaves out %i on each side: what a coin would rarely do', (count, outside) => {
    const values = Array.from({ length: count }, (_, index) => (index * 7) % count);
    const { low, high } = medianWithInterval(values);
    expect([low, high]).toEqual([outside, count - 1 - outside]);
  });
});

test('ways are compared within a round', () => {
  const rounds = { ours: [{ ms: 2 }, { ms: 20 }, { ms: 6 }], theirs: [{ ms: 1 }, { ms: 10 }, { ms: 3 }] };
  expect(compare(rounds, { way: 'ours', to: 'theirs', figure: 'ms' })).toEqual({
    middle: 2,
    low: 2,
    high: 2,
  });
  const { middle } = compare(rounds, { way: 'ours', to: 'theirs', figure: 'ms', by: 'difference' });
  expect(middle).toBe(3);
});
