// Builds what the soak stands on, bundles it, and runs it in a process of its own.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildPackages, prepare, root } from '../scripts/prepare.mjs';

await prepare();
await buildPackages(['@melliflow/soak^...']);

const outfile = join(root, 'tooling', 'soak', 'dist', 'soak.js');
await build({
  entryPoints: [join(root, 'tooling', 'soak', 'src', 'main.ts')],
  outfile,
  bundle: true,
  packages: 'external',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
});
const child = spawn(process.execPath, ['--enable-source-maps', outfile, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
child.on('exit', (exitCode) => {
  process.exitCode = exitCode ?? 1;
});
