import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkNames } from '../src/check-names.js';
import { nameTables } from '../src/name-tables.js';

const file = 'docs/from-mellea.md';
const text = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
const generated = fileURLToPath(new URL('./.generated/names', import.meta.url));
const pages: Record<string, string[]> = JSON.parse(
  readFileSync(new URL('./mellea-names.json', import.meta.url), 'utf8'),
);
const { rows, problems } = nameTables(file, text);

describe('the page for those who come from Mellea', () => {
  test('can be read, and says of each name what is different', () => {
    expect(problems).toEqual([]);
    expect(rows.length).toBeGreaterThan(50);
  });

  test.each(Object.keys(pages))('has every public name of the page %s', (page) => {
    const there = new Set(rows.flatMap(({ theirs }) => theirs));
    expect(pages[page]?.filter((name) => !there.has(name))).toEqual([]);
  });

  test('names nothing of ours that a package does not export', async () => {
    const claims = rows.flatMap(({ ours }) => ours);
    expect(await checkNames(generated, file, claims)).toEqual([]);
  }, 120_000);
});

test('an export and a member that are not there are found, with their lines', async () => {
  const claimed = nameTables(
    'x.md',
    [
      'Package: `@melliflow/core`.',
      '| `a` | `CBlock`, `CBlock.value`, `ImageBlock.fromPng`, `HookType.GENERATION_ERROR`, `GenerateLog.date` | same |',
      '| `b` | `CBlok`, `CBlock.walue`, `ImageBlock.fromJpeg`, `HookType.NOTHING`, `GenerateLog.when` | same |',
    ].join('\n'),
  );
  expect(claimed.problems).toEqual([]);
  const claims = claimed.rows.flatMap(({ ours }) => ours);
  const messages = await checkNames(`${generated}-faulty`, 'x.md', claims);
  expect(messages).toEqual(
    ['CBlok', 'CBlock.walue', 'ImageBlock.fromJpeg', 'HookType.NOTHING', 'GenerateLog.when'].map((name) => ({
      file: 'x.md',
      line: 3,
      message: `@melliflow/core has no \`${name}\``,
    })),
  );
}, 120_000);

test.each([
  ['| `a` | `B` | c |', 'a table of names before "Package: `…`."'],
  ['Package: `p`.\n| `a` | `B` |  |', 'the last column must say what is different'],
  ['Package: `p`.\n| `a` | nothing | c |', 'no name of ours stands in the second column'],
  ['Package: `p`.\n| `a` | `new B()`, `B` | c |', '`new B()` is no name or name.member'],
])('a fault of the table is told: %j', (table, message) => {
  expect(nameTables('x.md', table).problems).toEqual([expect.objectContaining({ file: 'x.md', message })]);
});
