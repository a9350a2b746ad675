import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contentFaults } from '../src/content-faults.js';
import { importFaults } from '../src/import-faults.js';
import { publintFaults } from '../src/publint-faults.js';
import { typesFaults } from '../src/types-faults.js';

const manifest = {
  name: '@melliflow/good',
  version: '1.0.0',
  type: 'module',
  license: 'Apache-2.0',
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
  peerDependencies: { '@melliflow/core': '^1.0.0' },
};

const good = {
  'package.json': JSON.stringify(manifest),
  'README.md': '# good',
  LICENSE: 'Apache',
  'src/index.ts': "export { a } from './a.js';",
  'src/a.ts': 'export const a = 1;',
  'dist/index.js': "export { a } from './a.js';",
  'dist/index.js.map': '{ "sources": ["../src/index.ts"] }',
  'dist/index.d.ts': "export { a } from './a.js';",
  'dist/index.d.ts.map': '{ "sources": ["../src/index.ts"] }',
  'dist/a.js': 'export const a = 1;',
  'dist/a.js.map': '{ "sources": ["../src/a.ts"] }',
  'dist/a.d.ts': 'export declare const a = 1;',
  'dist/a.d.ts.map': '{ "sources": ["../src/a.ts"] }',
};

let content = '';
beforeEach(() => {
  content = mkdtempSync(join(tmpdir(), 'faults-'));
});
afterEach(() => rmSync(content, { recursive: true }));

function unpacked(change: Readonly<Record<string, string | null>>): string {
  for (const [path, text] of Object.entries({ ...good, ...change })) {
    if (text === null) continue;
    mkdirSync(dirname(join(content, 'package', path)), { recursive: true });
    writeFileSync(join(content, 'package', path), text);
  }
  return join(content, 'package');
}

function packed(change: Readonly<Record<string, string | null>>): string {
  unpacked(change);
  execFileSync('tar', ['-czf', 'packed.tgz', 'package'], { cwd: content });
  return join(content, 'packed.tgz');
}

describe('the files of a package', () => {
  test('are in order when nothing is changed', () => {
    expect(contentFaults(unpacked({}))).toEqual([]);
  });

  test('may be a template with tests of its own', () => {
    expect(contentFaults(unpacked({ 'template/test/a.test.ts': '' }))).toEqual([]);
  });

  test.each([
    [{ 'README.md': null }, 'README.md: missing'],
    [{ LICENSE: null }, 'LICENSE: missing'],
    [{ 'src/a.ts': null }, 'dist/a.js.map: its source "../src/a.ts" is not in the package'],
    [{ 'dist/a.js.map': null }, 'dist/a.js.map: missing'],
    [{ 'dist/a.d.ts': null }, 'dist/index.d.ts:1: "./a.js" leads nowhere'],
    [{ 'dist/a.js': null }, 'dist/index.js:1: "./a.js" leads nowhere'],
    [{ 'test/a.ts': '' }, 'test/a.ts: a test in the package'],
    [{ 'dist/a.test.js': '' }, 'dist/a.test.js: a test in the package'],
    [
      { 'package.json': '{ "devDependencies": { "x": "workspace:^" } }' },
      'package.json: "x": "workspace:^" means nothing outside the workspace',
    ],
    [
      { 'package.json': '{ "dependencies": { "x": "workspace:^" } }' },
      'package.json: "x": "workspace:^" means nothing outside the workspace',
    ],
  ])('changed by %j are reported', (change, fault) => {
    expect(contentFaults(unpacked(change))).toContain(fault);
  });
});

describe('the packages that declarations name', () => {
  function faults(declaration: string): string[] {
    const folder = unpacked({ 'dist/a.d.ts': declaration });
    return importFaults(folder, new Map([['@melliflow/core', folder]]));
  }

  test('are in order when they are peers with types, or come with Node', () => {
    expect(faults("import '@melliflow/core';\nimport 'node:http';")).toEqual([]);
  });

  test.each([
    ["export * from 'left-out';", 'dist/a.d.ts:1: "left-out" is not installed with the package'],
    [
      "export type A = import('@melliflow/core/none').A;",
      'dist/a.d.ts:1: "@melliflow/core/none" has no types in what is packed',
    ],
  ])('are reported: %s', (declaration, fault) => {
    expect(faults(declaration)).toEqual([fault]);
  });
});

describe('the metadata of a package', () => {
  test('is in order when nothing is changed', async () => {
    expect(await publintFaults(packed({}))).toEqual([]);
  });

  test('is reported when an entry is not there', async () => {
    const faults = await publintFaults(packed({ 'dist/index.js': null }));
    expect(faults).toEqual([expect.stringMatching(/dist\/index\.js.* does not exist/)]);
  });
});

describe('the types of a package', () => {
  test('are in order when nothing is changed', async () => {
    expect(await typesFaults(packed({}))).toEqual([]);
  });

  test('are reported when a declaration leads nowhere', async () => {
    const faults = await typesFaults(packed({ 'dist/a.d.ts': null, 'dist/a.js': null }));
    expect(faults.join()).toContain('InternalResolutionError');
  });

  test('are reported when an entry has none', async () => {
    const faults = await typesFaults(packed({ 'dist/index.d.ts': null, 'dist/index.js': null }));
    expect(faults.join()).toContain('NoResolution');
  });
});
