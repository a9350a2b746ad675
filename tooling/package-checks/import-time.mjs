// Prints how long `import '@melliflow/core'` takes in a fresh process: median of 15, minus an empty module.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const rounds = 15;
const budgetMs = 15;

const folder = mkdtempSync(join(tmpdir(), 'import-time-'));
const empty = join(folder, 'empty.mjs');
writeFileSync(empty, '');

function importMs(module) {
  const program = `const start = performance.now(); await import('${module}'); console.log(performance.now() - start);`;
  const args = ['--input-type=module', '--eval', program];
  return Number(execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' }));
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const core = [];
const nothing = [];
importMs('@melliflow/core'); // warms the disk cache
for (let round = 0; round < rounds; round += 1) {
  core.push(importMs('@melliflow/core'));
  nothing.push(importMs(pathToFileURL(empty).href));
}
rmSync(folder, { recursive: true });
const ms = median(core) - median(nothing);
console.log(`import '@melliflow/core': ${ms.toFixed(1)} ms (budget ${budgetMs} ms)`);
