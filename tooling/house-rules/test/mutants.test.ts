import { describe, expect, test } from 'vitest';
import { rules } from '../src/rules.js';
import { mutants } from './mutants.js';
import { goodTree, withTree } from './small-tree.js';

describe('each rule', () => {
  test.each(rules)('$id is content with a good tree', ({ check }) => {
    expect(withTree(goodTree, check)).toEqual([]);
  });

  test('is woken by at least one mutant', () => {
    const woken = new Set(mutants.map(({ rule }) => rule));
    expect(rules.filter(({ id }) => !woken.has(id))).toEqual([]);
  });

  test.each(mutants)('$rule says: $says', ({ rule, change, says }) => {
    const check = rules.find(({ id }) => id === rule)?.check ?? (() => []);
    expect(withTree({ ...goodTree, ...change }, check).join('\n')).toContain(says);
  });
});
