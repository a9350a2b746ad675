import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

/** Compiles a program of this folder's neighbour and runs it in a process of its own; gives what it prints as JSON. */
export async function runProgram<T>(name: string, flags: readonly string[] = []): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'plugins-'));
  try {
    const outfile = join(folder, `${name}.mjs`);
    await build({
      entryPoints: [fileURLToPath(new URL(`../programs/${name}.ts`, import.meta.url))],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
    });
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, outfile]);
    return JSON.parse(stdout) as T;
  } finally {
    await rm(folder, { recursive: true });
  }
}
