import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { lawIds } from '@melliflow/backend-conformance';
import { expect, it } from 'vitest';
import { createRepository } from '../src/index.js';
import { temporaryFolder } from './temporary-folder.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Links what an installation would bring: the family from this workspace, the tools from its root. */
function install(folder: string): void {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  for (const [name, range] of Object.entries<string>({ ...dependencies, ...devDependencies })) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    const source = range.startsWith('file:')
      ? join(folder, range.slice(5))
      : join(root, 'node_modules', name);
    symlinkSync(realpathSync(source), link);
  }
}

const bin = (name: string): string => join(root, 'node_modules', name);

/** What a program told; one that ends with an error is told of by its last words. */
async function node(folder: string, ...args: string[]): Promise<string> {
  const { CI: _, ...env } = process.env;
  const settings = { cwd: folder, env: { ...env, NO_COLOR: '1' }, maxBuffer: 1 << 26 };
  const ran = promisify(execFile)(process.execPath, args, settings);
  const { stdout } = await ran.catch(({ stdout: told = '', stderr: failed = '' }) => {
    throw new Error(`${args.join(' ')}\n${`${told}\n${failed}`.slice(-4000)}`);
  });
  return stdout;
}

it('what it writes compiles, builds, and keeps every law that it claims', async () => {
  const { folder } = createRepository({ folder: join(temporaryFolder(), 'deep-river') });
  install(folder);
  await node(folder, bin('typescript/bin/tsc'));
  await node(folder, bin('typescript/bin/tsc'), '-p', 'test');
  const built = readFileSync(join(folder, 'dist/deep-river-backend.d.ts'), 'utf8');
  expect(built).toContain('export declare class DeepRiverBackend extends Backend');
  expect(built).not.toContain('_settings');

  // Without `--update` the exam's test compares the README, so its table is true as it was written.
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${report}`];
  await node(folder, bin('vitest/vitest.mjs'), 'run', ...reporters);
  const { numTotalTests, numPassedTests } = JSON.parse(readFileSync(report, 'utf8'));
  expect(numPassedTests).toBe(numTotalTests);
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  const marks = [...readme.matchAll(/^\| `[a-z-]+\.[a-z0-9-]+` .* \| (\S+) \|$/gm)].map(([, mark]) => mark);
  expect(marks).toHaveLength(lawIds().length);
  expect(new Set(marks)).toEqual(new Set(['yes', '–']));
});
