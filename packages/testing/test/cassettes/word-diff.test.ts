import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordDiff } from '../../src/cassettes/word-diff.js';

describe('wordDiff', () => {
  it.each([
    ['one two three', 'one 2 three', 'one [-two-]{+2+} three'],
    ['one three', 'one two three', 'one {+two+} three'],
    ['one two three', 'one three', 'one [-two-] three'],
    ['a b c d e f g h i', 'a b c d X f g h i', 'a b c d [-e-]{+X+} f g h i'],
    [
      'x 1 2 3 4 5 6 7 8 9 10 11 y',
      'X 1 2 3 4 5 6 7 8 9 10 11 Y',
      '[-x-]{+X+} 1 2 3 4 5 … 7 8 9 10 11 [-y-]{+Y+}',
    ],
    ['a  b c', 'a b c', '[-"a  "-]{+"a "+} b c'],
    ['one\ntwo old', 'one\ntwo new', 'one ⏎ two [-old-]{+new+}'],
    ['{"a":1,"b":2}', '{"a":1,"b":3}', '… ,"b":[-2-]{+3+}}'],
    ['我们去海边吧', '我们去山边吧', '我们去[-海-]{+山+}边吧'],
    [`${'k'.repeat(99)} a`, `${'k'.repeat(99)} b`, `${'k'.repeat(30)}…${'k'.repeat(29)} [-a-]{+b+}`],
    ['', 'all new', '{+all new+}'],
  ])('%j to %j', (before, after, shown) => {
    expect(wordDiff(before, after)).toBe(shown);
  });

  it('cuts what is long, and does not compare what is too long word by word', () => {
    const many = (word: string): string => Array.from({ length: 2000 }, (_, i) => word + i).join(' ');
    const shown = wordDiff(`Say ${many('a')} now`, `Say ${many('b')} now`);
    expect(shown).toMatch(/^Say \[-a0 .* a11 …-\]\{\+b0 .* b11 …\+\} now$/);
  });

  it('shows each word that only one text has, for all texts', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 10 })
      .map((words) => words.join(' '));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const shown = wordDiff(`${before} gone end`, `${after} come end`);
        expect(shown).toMatch(/\[-[^\]]*gone/);
        expect(shown).toMatch(/\{\+[^}]*come/);
      }),
    );
  });
});
