// Runs the exam of every backend on Node 24, with the SDKs that are installed and the oldest ones. Node comes from the
// npm registry into a temporary folder. Where this is Node 24, `npm test` has run them on it.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..', '..');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const config = join(root, 'vitest.config.ts');

/** They wait for timeouts and retries most of the time. */
const AT_ONCE = 3;

function installedNode(folder) {
  const options = ['--silent', '--no-audit', '--no-fund', '--prefix', folder];
  execFileSync('npm', ['install', ...options, 'node@24'], { stdio: 'inherit' });
  const node = join(folder, 'node_modules', 'node', 'bin', 'node');
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  if (!version.startsWith('v24.')) throw new Error(`Node 24 was to be installed, but this is ${version}.`);
  return { node, version };
}

function examsIn(name) {
  const cwd = join(root, 'packages', name);
  const tests = ['test/exam.test.ts', 'test/oldest-sdk.test.ts'];
  return { name, cwd, tests: tests.filter((file) => existsSync(join(cwd, file))) };
}

async function runExams({ node, version }, { name, cwd, tests }) {
  // The default reporter would write over the report of Node 20, which the sum of `npm test` is made of.
  const args = ['run', '--config', config, '--root', '.', '--reporter=dot', ...tests];
  const env = { ...process.env, CI: '1' };
  const { stdout } = await promisify(execFile)(node, [vitest, ...args], { cwd, env }).catch((failed) => {
    throw new Error(`${name} on Node ${version}:\n${failed.stdout}\n${failed.stderr}`);
  });
  console.log(`${name} on Node ${version}: ${/Tests.*?(\d+ passed)/.exec(stdout)?.[1]}`);
}

async function runAll() {
  const folder = mkdtempSync(join(tmpdir(), 'node24-'));
  try {
    const runtime = installedNode(folder);
    const waiting = readdirSync(join(root, 'packages'))
      .map(examsIn)
      .filter(({ cwd }) => existsSync(join(cwd, 'test', 'laws.json')));
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await runExams(runtime, next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

if (process.version.startsWith('v24.')) console.log(`this is Node ${process.version} itself`);
else await runAll();
