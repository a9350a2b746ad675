import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { figures, lawsKept, sizesIn, withFigures } from '../packages-table.mjs';
import { root } from '../prepare.mjs';

const page = (...rows: string[]) =>
  [
    'above',
    '<!-- figures of npm run sizes and npm run laws -->',
    '',
    ...rows,
    '',
    '<!-- end of packages -->',
    'below',
  ].join('\n');

describe('the table of packages in README.md', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');

  test('has the sizes and laws of today; `npm run sizes` and `npm run laws` write them', () => {
    expect(withFigures(readme, figures())).toBe(readme);
  });

  test('has a row for every package', () => {
    const missing = readdirSync(join(root, 'packages')).filter(
      (name) => !readme.includes(`](packages/${name})`),
    );
    expect(missing).toEqual([]);
  });
});

test('figures are filled in by the folder of a row, and its words stay', () => {
  const old = page(
    '| package | what it is | packed | laws |',
    '| --- | --- | --: | --: |',
    '| [a](packages/a) | one | 1 kB | 9 of 9 |',
    '| [b](packages/b) | the second |  |  |',
  );
  expect(withFigures(old, { sizes: { a: '12 kB', b: '3 kB' }, laws: { b: '4 of 5' } })).toBe(
    page(
      '| package         | what it is | packed |   laws |',
      '| --------------- | ---------- | -----: | -----: |',
      '| [a](packages/a) | one        |  12 kB |      – |',
      '| [b](packages/b) | the second |   3 kB | 4 of 5 |',
    ),
  );
});

test('a page without the marks is told of', () => {
  expect(() => withFigures('no table', { sizes: {}, laws: {} })).toThrow(/has no "<!-- figures/);
});

test('sizes are those of tarballs, and of the table of our packages alone', () => {
  const text = '| @melliflow/backend-x | x | 15 | 3.2 MB |\n| @melliflow/core | 107 kB | 447 kB |\n';
  expect(sizesIn(text)).toEqual({ core: '107 kB' });
});

test('a law that was not asked is not counted, and one that is a gap or broken is not kept', () => {
  const outcomes = { a: 'kept', b: 'gap', c: 'broken', d: 'not_asked', e: 'not_scripted', f: 'kept' };
  expect(lawsKept({ outcomes })).toBe('2 of 4');
});
