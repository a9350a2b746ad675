import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { fileURLToPath } from 'node:url';
import { bundle, isStale } from './bundle.mjs';
import { packageFolders, prepare, root, run, say } from './prepare.mjs';

/** What `npm start` does when nothing is asked for: a story whose every sentence is checked before it is shown. */
export const DEFAULT_ARGUMENTS = ['stream', '--max-sentences', '12', 'Write a short story about a robot.'];

/** The commands of the CLI. */
const commands = ['stream', 'conformance'];

/** The packages that the CLI is, and those that it loads by the name of a backend or for a command. */
export const loaded = [
  'cli',
  'model-tiny',
  'backend-conformance',
  'backend-llamacpp',
  'backend-openai',
  'backend-ollama',
  'backend-hf',
  'backend-watsonx',
];

/** The arguments for the CLI: `stream` is its main command, so it may be left out; a lone `help` asks for its help. */
export function cliArguments(given) {
  if (given.length === 0) return DEFAULT_ARGUMENTS;
  if (given.length === 1 && given[0] === 'help') return ['stream', '--help'];
  return commands.includes(given[0]) ? given : ['stream', ...given];
}

/** Whether a package was built before, by whatever. */
const isBuilt = (folder) => existsSync(join(folder, 'dist', 'index.d.ts'));

/** Compiles and bundles what the CLI loads. What is up to date is left alone, and a call that builds nothing says nothing. */
async function build() {
  const packages = loaded.map((name) => join('packages', name));
  const known = [...packages.map((path) => join(root, path)), ...packageFolders(root).filter(isBuilt)];
  if (known.some(isStale)) say('building the packages');
  const code = await run(process.execPath, ['node_modules/typescript/bin/tsc', '-b', ...packages]);
  if (code !== 0) {
    say('the build failed; the messages above name the places');
    process.exit(code);
  }
  for (const folder of packageFolders(root).filter(isBuilt)) if (isStale(folder)) await bundle(folder);
}

/** Tells the first signal of each kind from those that follow it within 300 ms. */
export function burstFilter(nowMs = () => performance.now()) {
  const lastMs = new Map();
  return (signal) => {
    const sinceMs = nowMs() - (lastMs.get(signal) ?? Number.NEGATIVE_INFINITY);
    lastMs.set(signal, nowMs());
    return sinceMs >= 300;
  };
}

/**
 * Runs a Node program in our place and resolves with its exit code.
 *
 * Ctrl-C in a terminal reaches every process of the foreground group, and npm sends it once more to its child.
 * The program must see it once: at a terminal it is left to the terminal, elsewhere the program gets a group of
 * its own and is sent the first signal of each burst. In both cases we wait for it to end.
 */
export function runInForeground(program, args) {
  const terminal = isatty(0) || process.platform === 'win32';
  const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit', detached: !terminal });
  const isFirst = burstFilter();
  const pass = (signal) => {
    if (terminal && signal === 'SIGINT') return;
    if (isFirst(signal)) child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, pass);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await prepare();
  await build();
  const bin = join(root, 'packages', 'cli', 'dist', 'bin.js');
  process.exitCode = await runInForeground(bin, cliArguments(process.argv.slice(2)));
}
