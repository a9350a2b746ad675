// Runs program.mjs on Node, Deno, Bun and in Chromium, and compares what it gives. Deno and Bun come from the npm
// registry into a temporary folder. Then streams go from Node to Chromium.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, inBrowser } from './browser.mjs';
import { checkStreams } from './check-streams.mjs';

const folder = mkdtempSync(join(tmpdir(), 'runtimes-'));
const program = join(import.meta.dirname, 'print.mjs');
const quiet = { cwd: import.meta.dirname, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] };

function output(command, args) {
  return JSON.parse(execFileSync(command, args, quiet));
}

function installed(name, version) {
  execFileSync(
    'npm',
    ['install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, `${name}@${version}`],
    quiet,
  );
  return join(folder, 'node_modules', '.bin', name);
}

try {
  const expected = output(process.execPath, [program]);
  const runtimes = {
    Deno: async () => output(installed('deno', '2.9.6'), ['run', '--allow-all', '--no-remote', program]),
    Bun: async () => output(installed('bun', '1.4.5'), [program]),
    Chromium: () => inBrowser(chromium(), { module: './program.mjs', profile: join(folder, 'profile') }),
  };
  for (const [name, run] of Object.entries(runtimes)) {
    assert.deepEqual(await run(), expected, `${name} gives something else than Node`);
    console.log(`${name}: the same as Node`);
  }
  await checkStreams(chromium(), join(folder, 'profile-for-streams'));
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
