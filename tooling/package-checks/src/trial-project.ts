import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
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
  const libraries = new Map(packed.flatMap(thirdParties));
  const copies = [...libraries].map(([name, place]) => [
    name,
    `file:${copied(place, `${folder}-libraries/${name}`)}`,
  ]);
  const dependencies = Object.fromEntries([...ours, ...copies]);
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
  // Else programs would find what this workspace has: pnpm sets it for the programs that it starts.
  const { NODE_PATH: _, ...env } = process.env;
  const node = async (args: readonly string[]): Promise<string> =>
    (await run(process.execPath, args, { cwd: folder, env })).stdout;
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

/** npm fails to take some libraries from among the links that pnpm lays between them. */
function copied(place: string, copy: string): string {
  cpSync(place, copy, { recursive: true });
  return copy;
}

/** The libraries that a package needs and all that these need in turn, by name, and where the workspace has them. */
function thirdParties({ folder, content }: PackedPackage): [name: string, place: string][] {
  const found = new Map<string, string>();
  const take = (manifest: string, places: string): void => {
    const { dependencies = {} }: { dependencies?: Record<string, string> } = JSON.parse(
      readFileSync(manifest, 'utf8'),
    );
    for (const name of Object.keys(dependencies)) {
      if (name.startsWith('@melliflow/') || found.has(name)) continue;
      const place = realpathSync(join(places, name));
      found.set(name, place);
      // A library's own libraries lie beside it.
      take(join(place, 'package.json'), place.slice(0, -name.length));
    }
  };
  take(join(content, 'package.json'), join(root, 'packages', folder, 'node_modules'));
  return [...found];
}
