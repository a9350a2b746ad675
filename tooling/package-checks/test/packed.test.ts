import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishedPackages as inWorkspace } from '@melliflow/house-rules/workspace-package';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contentFaults } from '../src/content-faults.js';
import { importFaults } from '../src/import-faults.js';
import { type PackedPackage, packInto, root } from '../src/pack.js';
import { publintFaults } from '../src/publint-faults.js';
import { publishedPackages } from '../src/published-package.js';
import { typesFaults } from '../src/types-faults.js';

const folders = publishedPackages.map(({ folder }) => folder);
const packages = new Map<string, PackedPackage>();
const destination = mkdtempSync(join(tmpdir(), 'packed-'));

beforeAll(async () => {
  for (const packed of await packInto(destination, folders)) packages.set(packed.folder, packed);
});
afterAll(() => rmSync(destination, { recursive: true }));

function packedAs(folder: string): PackedPackage {
  const packed = packages.get(folder);
  if (!packed) throw new Error(`${folder} was not packed`);
  return packed;
}

test('the table lists every published package', () => {
  expect([...folders].sort()).toEqual(
    inWorkspace(root)
      .map(({ folder }) => folder)
      .sort(),
  );
});

describe.each(folders)('%s as packed', (folder) => {
  test('has all its files, none too many, and no dangling path', () => {
    expect(contentFaults(packedAs(folder).content)).toEqual([]);
  });

  test('names in its declarations only what is installed with it and has types', () => {
    const siblings = new Map([...packages].map(([name, { content }]) => [`@melliflow/${name}`, content]));
    expect(importFaults(packedAs(folder).content, siblings)).toEqual([]);
  });

  test('is clean for publint', async () => {
    expect(await publintFaults(packedAs(folder).tarball)).toEqual([]);
  });

  test('has right types in each entry for are-the-types-wrong', async () => {
    expect(await typesFaults(packedAs(folder).tarball)).toEqual([]);
  });
});
