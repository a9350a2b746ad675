import { expect, test } from 'vitest';
import { newId } from '../src/internal/new-id.js';

test('ids have 128 bits in hex, and none comes twice', () => {
  const ids = Array.from({ length: 10_000 }, newId);
  expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
});
