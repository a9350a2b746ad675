import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The folder of the repository. */
export const root: string = fileURLToPath(new URL('../../..', import.meta.url));

/** A package as npm would receive it. */
export interface PackedPackage {
  readonly folder: string;
  /** Path of the .tgz file. */
  readonly tarball: string;
  /** Folder with its unpacked content. */
  readonly content: string;
}

/** Packs packages as a release does (workspace and catalog ranges are replaced) and unpacks them beside. */
export async function packInto(destination: string, folders: readonly string[]): Promise<PackedPackage[]> {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const filters = folders.map((folder) => `--filter=@melliflow/${folder}`);
  const pack = [
    '--yes',
    packageManager,
    '--pm-on-fail=ignore',
    ...filters,
    'pack',
    '--pack-destination',
    destination,
  ];
  await run('npx', pack, { cwd: root, shell: process.platform === 'win32' });
  return Promise.all(folders.map((folder) => unpack(destination, folder)));
}

async function unpack(destination: string, folder: string): Promise<PackedPackage> {
  const { version } = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'));
  const tarball = join(destination, `melliflow-${folder}-${version}.tgz`);
  if (!existsSync(tarball)) throw new Error(`pnpm pack left no ${tarball}`);
  const content = join(destination, folder);
  mkdirSync(content);
  // A path with a drive in it would be that of another machine for some tars.
  await run('tar', ['-xzf', relative(content, tarball), '--strip-components=1'], { cwd: content });
  return { folder, tarball, content };
}
