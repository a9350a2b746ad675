import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installState, packageFolders } from '../prepare.mjs';

let folder: string;

function write(path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'melliflow-prepare-'));
  write('package.json', '{}');
  write('pnpm-lock.yaml', 'lock');
  write('pnpm-workspace.yaml', 'packages');
  write('packages/one/package.json', '{"name":"one"}');
  write('packages/one/node_modules/dependency/package.json', '{}');
  write('tooling/notes/readme.md', 'not a package');
  write('node_modules/.pnpm/lock.yaml', 'lock');
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('packageFolders', () => {
  it('finds the packages of the workspace and nothing in node_modules', () => {
    expect(packageFolders(folder)).toEqual([join(folder, 'packages', 'one')]);
    write('examples/package.json', '{"name":"examples"}');
    expect(packageFolders(folder)).toEqual([join(folder, 'examples'), join(folder, 'packages', 'one')]);
  });
});

describe('installState', () => {
  it('stays the same while nothing changes that an installation depends on', () => {
    const before = installState(folder);
    write('packages/one/src/index.ts', 'export {}');
    write('tooling/notes/readme.md', 'changed');
    expect(installState(folder)).toBe(before);
  });

  it.each([
    ['the root manifest', () => write('package.json', '{"private":true}')],
    ['the lock file', () => write('pnpm-lock.yaml', 'another lock')],
    ['the workspace settings', () => write('pnpm-workspace.yaml', 'more packages')],
    ['the manifest of a package', () => write('packages/one/package.json', '{"name":"two"}')],
    ['a new package', () => write('examples/two/package.json', '{}')],
    ['an installation by hand', () => write('node_modules/.pnpm/lock.yaml', 'another lock')],
    ['a removed node_modules', () => rmSync(join(folder, 'packages/one/node_modules'), { recursive: true })],
    ['a removed installation', () => rmSync(join(folder, 'node_modules'), { recursive: true })],
  ])('changes with %s', (_what, change) => {
    const before = installState(folder);
    change();
    expect(installState(folder)).not.toBe(before);
  });
});
