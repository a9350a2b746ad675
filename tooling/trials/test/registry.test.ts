import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { serveRegistry } from '../registry.mjs';

const folder = mkdtempSync(join(tmpdir(), 'registry-'));
afterAll(() => rmSync(folder, { recursive: true }));

function packed(version: string): { name: string; manifest: object; tarball: string } {
  const tarball = join(folder, `core-${version}.tgz`);
  writeFileSync(tarball, `bytes of ${version}`);
  return { name: '@melliflow/core', manifest: { name: '@melliflow/core', version, license: 'MIT' }, tarball };
}

let registry: Awaited<ReturnType<typeof serveRegistry>>;
beforeEach(async () => {
  registry = await serveRegistry([packed('1.0.0'), packed('1.1.0')]);
});
afterEach(() => registry.close());

test('a package is told with all its versions, the last as latest', async () => {
  const reply = await fetch(`${registry.url}@melliflow%2fcore`);
  const told = await reply.json();
  expect(Object.keys(told.versions)).toEqual(['1.0.0', '1.1.0']);
  expect(told['dist-tags']).toEqual({ latest: '1.1.0' });
  expect(told.versions['1.0.0']).toMatchObject({ license: 'MIT' });
});

test('a tarball is what was packed, and its hash fits', async () => {
  const told = await (await fetch(`${registry.url}@melliflow/core`)).json();
  const { tarball, integrity } = told.versions['1.0.0'].dist;
  const bytes = Buffer.from(await (await fetch(tarball)).arrayBuffer());
  expect(bytes.toString()).toBe('bytes of 1.0.0');
  expect(integrity).toBe(`sha512-${createHash('sha512').update(bytes).digest('base64')}`);
});

test('what is not ours is not found', async () => {
  expect((await fetch(`${registry.url}zod`)).status).toBe(404);
});
