import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { rules } from '../src/rules.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('the repository', () => {
  test.each(rules)('$id: $sentence', ({ check }) => {
    expect(check(root)).toEqual([]);
  });
});
