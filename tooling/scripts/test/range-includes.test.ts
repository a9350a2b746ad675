import { expect, it } from 'vitest';
import { compare, includes } from '../range-includes.mjs';

it.each([
  ['*', '9.9.9', true],
  ['^1.2.3', '1.2.3', true],
  ['^1.2.3', '1.10.0', true],
  ['^1.2.3', '1.2.2', false],
  ['^1.2.3', '2.0.0', false],
  ['^0.6.4', '0.6.9', true],
  ['^0.6.4', '0.7.0', false],
  ['^0.0.0', '0.0.1', false],
  ['~1.2.3', '1.2.9', true],
  ['~1.2.3', '1.3.0', false],
  ['1.2.3', '1.2.3', true],
  ['1.2.3', '1.2.4', false],
  ['^6.49.0 || ^7.0.0', '6.48.0', false],
  ['^6.49.0 || ^7.0.0', '7.57.0', true],
  ['^6.49.0 || ^7.0.0', '8.0.0', false],
])('%s with %s in it: %s', (range, version, isIn) => {
  expect(includes(range, version)).toBe(isIn);
});

it('refuses ranges that it cannot read, so that none passes unseen', () => {
  for (const range of ['workspace:^', '>=1.0.0', '1.x', '^1.0.0-beta.1', ''])
    expect(() => includes(range, '1.0.0'), range).toThrow('is none that is understood');
});

it('orders versions by number', () => {
  expect([1, 2, 10].toSorted((a, b) => compare([1, b, 0], [1, a, 0]))).toEqual([10, 2, 1]);
  expect(compare([1, 2, 3], [1, 2, 3])).toBe(0);
});
