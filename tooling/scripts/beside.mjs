// Runs commands beside each other: `node beside.mjs "npm run soak" "node site/check.mjs" …`. What one prints comes in one
// piece when it has ended; all run to their end, and one that failed fails the whole. A signal ends all of them.
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Two compute, and one waits: for a registry, for time limits, for a browser. */
const AT_ONCE = 3;

const isWindows = process.platform === 'win32';

/** Runs one command and resolves with how it ended and what it printed, in the order in which it did. */
function run(command, running) {
  const startMs = performance.now();
  // A group of its own, so that a signal reaches what npm and npx have started too.
  const child = spawn(command, { shell: true, detached: !isWindows, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      printed += text;
    });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      running.delete(child);
      const seconds = (performance.now() - startMs) / 1000;
      resolve({ command, code: code ?? 128 + constants.signals[signal], seconds, printed });
    });
  });
}

/** Hands a signal to a command and all that it started. */
function end(child, signal) {
  if (isWindows) return child.kill(signal);
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // it has just ended by itself
  }
}

/** Runs all commands, so many at once, tells of each as it ends, and resolves with the exit code of the whole. */
export async function runBeside(commands, { atOnce = AT_ONCE, tell = console.log } = {}) {
  const waiting = [...commands];
  const running = new Set();
  const failed = [];
  let stopped;
  const stop = (signal) => {
    stopped ??= signal;
    waiting.length = 0;
    for (const child of running) end(child, signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, stop);
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { command, code, seconds, printed } = await run(next, running);
      if (code !== 0) failed.push(command);
      tell(`\n===== ${command}: exit code ${code} after ${seconds.toFixed(1)} s\n${printed.trimEnd()}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, work));
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
  if (stopped) return 128 + constants.signals[stopped];
  tell(failed.length === 0 ? '\nall passed' : `\nfailed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  process.exitCode = await runBeside(process.argv.slice(2));
