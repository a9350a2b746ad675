import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toToolNames } from '../src/to-tool-names.js';

test('names come out as providers take them, each once, and those that fit as they are', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 80 })), (names) => {
      const made = toToolNames(names);
      expect(made).toHaveLength(names.length);
      expect(new Set(made).size).toBe(made.length);
      for (const name of made) expect(name).toMatch(/^[\w-]{1,64}$/);
    }),
  );
  expect(toToolNames(['a', 'b_2', 'b', 'b', 'c.d', 'c/d'])).toEqual(['a', 'b_2', 'b', 'b_3', 'c_d', 'c_d_2']);
  expect(toToolNames(['read'], 'files')).toEqual(['files_read']);
  const long = 'x'.repeat(70);
  expect(toToolNames([long, long])).toEqual(['x'.repeat(64), `${'x'.repeat(62)}_2`]);
});
