import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { slugOf } from '../.vitepress/slug.mjs';
import { pagesOf, picturesOf } from '../stage/pages.mjs';
import { withSections } from '../stage/sections.mjs';
import { forSite } from '../stage/site-markdown.mjs';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'site-'));
afterAll(() => rmSync(root, { recursive: true }));
for (const file of [
  'docs/a.md',
  'docs/deep/b.md',
  'docs/p.svg',
  'packages/core/README.md',
  'packages/core/x.ts',
]) {
  mkdirSync(join(root, file, '..'), { recursive: true });
  writeFileSync(join(root, file), '# Title\n');
}
const pages = pagesOf(root);
const pictures = picturesOf(root);
const shown = (text: string, file = 'docs/a.md'): string => forSite(text, { file, root, pages, pictures });

test.each([
  ['[b](deep/b.md#x)', 'docs/a.md', '[b](/deep/b.md#x)'],
  ['[a](../a.md)', 'docs/deep/b.md', '[a](/a.md)'],
  ['[core](../packages/core)', 'docs/a.md', '[core](/packages/core.md)'],
  ['[`core`](../packages/core/README.md#y)', 'docs/a.md', '[`core`](/packages/core.md#y)'],
  [
    '[x]: ../packages/core/x.ts',
    'docs/a.md',
    '[x]: https://github.com/melliflow/melliflow/blob/main/packages/core/x.ts',
  ],
  ['[all](../packages)', 'docs/a.md', '[all](https://github.com/melliflow/melliflow/tree/main/packages)'],
  ['```sh exit=1\nnpm start\n```', 'docs/a.md', '```sh \nnpm start\n```'],
  ['![p](../p.svg)', 'docs/deep/b.md', '![p](/p.svg)'],
  [
    '[here](#title) [there](https://example.org/a.md)',
    'docs/a.md',
    '[here](#title) [there](https://example.org/a.md)',
  ],
  ['`[code](deep/b.md)`', 'docs/a.md', '`[code](deep/b.md)`'],
])('%s in %s becomes %s', (text, file, expected) => {
  expect(shown(text, file)).toBe(expected);
});

test('what only looks like a tag or a template is text', () => {
  expect(shown('Give <provider> or {{ name }}, `<a>` and `{{ b }}`.')).toBe(
    'Give &lt;provider> or &#123;&#123; name }}, `<a>` and `{{ b }}`.',
  );
});

test('a link to nothing is an error that names it', () => {
  expect(() => shown('[x](gone.md)')).toThrow('docs/a.md: there is no docs/gone.md for the link gone.md.');
});

test('a section is what stands below its heading, and a gone heading is an error', () => {
  const read = (): string => '# A\n\none\n\n```sh\n# two\n```\n\n### Deep\n\nthree\n\n## B\n\nfour\n';
  expect(withSections('<!-- section of R.md: Deep -->', read)).toBe('three');
  expect(withSections('<!-- section of R.md: A -->', read)).toBe(read().slice(5).trim());
  expect(() => withSections('<!-- section of R.md: C -->', read)).toThrow('R.md has no heading "C".');
});

test('anchors are those of GitHub', () => {
  expect(slugOf('1. `m.chat()`: What, then?')).toBe('1-mchat-what-then');
});

test('every link of a page of the repository leads somewhere', () => {
  const all = pagesOf(repository);
  const settings = { root: repository, pages: all, pictures: picturesOf(repository) };
  for (const file of all.keys()) forSite(readFileSync(join(repository, file), 'utf8'), { file, ...settings });
  expect(all.size).toBeGreaterThan(40);
});
