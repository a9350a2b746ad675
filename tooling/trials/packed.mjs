// The packages as a release would publish them, packed once for all trials.
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { stop } from './stop.mjs';

export const root = join(import.meta.dirname, '..', '..');
const execute = promisify(execFile);

export function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/**
 * Packs all that is not private into a folder. Each package is told with its `manifest` (as published: no `workspace:`
 * left in it), the path of its `tarball`, its `bytes`, and the folder with its unpacked `content`.
 */
export async function packAll(folder) {
  mkdirSync(folder, { recursive: true });
  const { packageManager } = readJson(join(root, 'package.json'));
  const places = ['--filter=./packages/*', '--pm-on-fail=ignore'];
  await execute('npx', ['--yes', packageManager, ...places, 'pack', '--pack-destination', folder], {
    cwd: root,
    signal: stop.signal,
    shell: process.platform === 'win32',
  });
  const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  return Promise.all(tarballs.map((name) => unpacked(join(folder, name))));
}

async function unpacked(tarball) {
  const content = tarball.replace(/\.tgz$/, '');
  mkdirSync(content);
  await execute('tar', ['-xzf', relative(content, tarball), '--strip-components=1'], { cwd: content });
  const manifest = readJson(join(content, 'package.json'));
  return { name: manifest.name, manifest, tarball, content, bytes: statSync(tarball).size };
}

/** Every entry point that has types, as a user imports it. */
export function entriesOf({ name, manifest }) {
  return Object.entries(manifest.exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([entry]) => name + entry.slice(1));
}
