import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type PackedPackage, root } from './pack.js';

const run = promisify(execFile);

/** An empty project of a user, with the packages installed by npm from their tarballs. */
export interface TrialProject {
  /** Writes a program and runs it with Node; resolves with what it prints. */
  run(file: string, source: string): Promise<string>;
  /** Type-checks a file as strictly as a user can, the packages' declarations included; rejects with the compiler's words. */
  compile(file: string, source: string): Promise<void>;
}

/** Installs without a network: third-party libraries come from the workspace's own installation. */
export async function trialProject(folder: string, packed: readonly PackedPackage[]): Promise<TrialProject> {
  mkdirSync(folder);
  const ours = packed.map(({ folder: name, tarball }) => [`@melliflow/${name}`, `file:${tarball}`]);
  const dependencies = Object.fromEntries([...ours, ...packed.flatMap(thirdParties)]);
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies }),
  );
  const quiet = [
    '--offline',
    '--install-links',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  await run('npm', ['install', ...quiet], { cwd: folder, shell: process.platform === 'win32' });
  const node = async (args: readonly string[]): Promise<string> =>
    (await run(process.execPath, args, { cwd: folder })).stdout;
  return {
    async run(file, source) {
      writeFileSync(join(folder, file), source);
      return node([file]);
    },
    async compile(file, source) {
      writeFileSync(join(folder, file), source);
      const compiler = join(root, 'node_modules/typescript/bin/tsc');
      const lib = 'es2023,esnext.disposable,dom,dom.iterable,dom.asynciterable';
      const strict = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'];
      await node([
        compiler,
        '--noEmit',
        ...strict,
        '--module',
        'nodenext',
        '--target',
        'es2022',
        '--lib',
        lib,
        file,
      ]);
    },
  };
}

function thirdParties({ folder, content }: PackedPackage): string[][] {
  const { dependencies = {} }: { dependencies?: Record<string, string> } = JSON.parse(
    readFileSync(join(content, 'package.json'), 'utf8'),
  );
  return Object.keys(dependencies)
    .filter((name) => !name.startsWith('@melliflow/'))
    .map((name) => [name, `file:${realpathSync(join(root, 'packages', folder, 'node_modules', name))}`]);
}
