// A copy of the repository on which releases are tried, and what each of them would publish.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');
const changesets = join(root, 'node_modules', '@changesets', 'cli', 'bin.js');

/** A clone of the repository. Nothing is installed or built in it until that is asked for. */
export class ReleaseCopy {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
  tarballs = join(this.folder, 'tarballs');

  constructor() {
    this.git('clone', '--quiet', root, '.');
    this.git('config', 'user.name', 'release');
    this.git('config', 'user.email', 'release@example.org');
  }

  git(...args) {
    execFileSync('git', args, { cwd: this.folder, stdio: ['ignore', 'ignore', 'inherit'] });
  }

  pnpm(...args) {
    const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const all = ['--yes', packageManager, '--pm-on-fail=ignore', ...args];
    execFileSync('npx', all, {
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    });
  }

  manifest(name) {
    return JSON.parse(readFileSync(join(this.folder, 'packages', name, 'package.json'), 'utf8'));
  }

  versions() {
    const names = readdirSync(join(this.folder, 'packages'));
    return Object.fromEntries(names.map((name) => [name, this.manifest(name).version]));
  }

  /** Turns the changesets into versions as a release does; gives the versions that changed. */
  release() {
    const before = this.versions();
    execFileSync(process.execPath, [changesets, 'version'], { cwd: this.folder, stdio: 'ignore' });
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', 'Release');
    const moved = Object.entries(this.versions()).filter(([name, version]) => version !== before[name]);
    return Object.fromEntries(moved);
  }

  /** Installs what the lock file names, so that packing finds the versions of the packages. */
  install() {
    this.pnpm('install', '--frozen-lockfile', '--prefer-offline', '--ignore-scripts');
  }

  /** Takes over what is built in the repository itself. Core is bundled anew: it says its version. */
  takeBuilds() {
    for (const name of readdirSync(join(root, 'packages'))) {
      const dist = join('packages', name, 'dist');
      cpSync(join(root, dist), join(this.folder, dist), { recursive: true });
    }
    const cwd = join(this.folder, 'packages', 'core');
    execFileSync(process.execPath, [join(root, 'tooling', 'scripts', 'bundle.mjs')], {
      cwd,
      stdio: 'ignore',
    });
  }

  /** The tarballs that publishing would send of these packages, by folder. */
  pack(names) {
    rmSync(this.tarballs, { recursive: true, force: true });
    mkdirSync(this.tarballs);
    const filters = names.map((name) => `--filter=@melliflow/${name}`);
    this.pnpm(...filters, 'pack', '--pack-destination', this.tarballs);
    return new Map(
      names.map((name) => [
        name,
        join(this.tarballs, `melliflow-${name}-${this.manifest(name).version}.tgz`),
      ]),
    );
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The manifest in a tarball: what a registry would show. */
export function manifestIn(tarball) {
  return JSON.parse(execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' }));
}
