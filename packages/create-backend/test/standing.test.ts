import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
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

async function node(folder: string, ...args: string[]): Promise<string> {
  const { CI: _, ...env } = process.env;
  const ran = promisify(execFile)(process.execPath, args, { cwd: folder, env: { ...env, NO_COLOR: '1' } });
  const { stdout } = await ran.catch((error: { stdout?: string; stderr?: string }) => {
    throw new Error(`${args.join(' ')}\n${error.stdout}\n${error.stderr}`);
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
  const told = await node(folder, bin('vitest/vitest.mjs'), 'run', '--reporter=json');
  const { success, numTotalTests, numPassedTests } = JSON.parse(told);
  expect(success).toBe(true);
  expect(numPassedTests).toBe(numTotalTests);
  const rows = readFileSync(join(folder, 'README.md'), 'utf8').match(/^\| `[a-z-]+\.[a-z0-9-]+` .*$/gm) ?? [];
  expect(rows.length).toBeLessThan(numTotalTests);
  expect(rows.filter((row) => !/\| (yes|–) \|$/.test(row))).toEqual([]);
  expect(rows.filter((row) => row.endsWith('| yes |')).length).toBeGreaterThan(100);
  expect(existsSync(join(folder, 'README.md'))).toBe(true);
});
