// Long runs: --runs N (default 5000) and --seed S, for all properties here.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPackages, prepare, root } from '../scripts/prepare.mjs';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5000' }, seed: { type: 'string' } },
});
await prepare();
await buildPackages(['@melliflow/fuzz^...']);

const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const config = join(root, 'vitest.config.ts');
const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 31));
console.log(`Seed ${seed}.`);
// No property may be ended by the time limit of a test: that is meant for what hangs.
const args = [vitest, 'run', '--config', config, '--root', '.', '--testTimeout', '0', '--reporter=default'];
const child = spawn(process.execPath, args, {
  cwd: import.meta.dirname,
  stdio: 'inherit',
  env: {
    ...process.env,
    FUZZ_RUNS: values.runs,
    FUZZ_SEED: seed,
  },
});
child.on('exit', (exitCode) => {
  process.exitCode = exitCode ?? 1;
});
