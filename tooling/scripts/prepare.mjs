import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository, whatever the current directory is. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Progress goes to stderr: stdout belongs to the program that was asked for. */
export function say(message) {
  process.stderr.write(`melliflow: ${message}\n`);
}

/** Runs a tool of the workspace, its whole output on stderr, and resolves with its exit code. */
export function run(command, args, { env = process.env, shell = false } = {}) {
  return new Promise((resolve, reject) => {
    spawn(command, args, { cwd: root, env, shell, stdio: ['ignore', 2, 2] })
      .on('error', reject)
      .on('close', (code) => resolve(code ?? 1));
  });
}

/**
 * Runs pnpm in the version that package.json names, so that nobody has to install it first. The version being
 * exact, pnpm is told not to check it: it would ask the registry at every call, also in each task of turbo.
 */
export function runPnpm(args, env = process.env) {
  const { packageManager } = readJson(join(root, 'package.json'));
  // npx is a .cmd file on Windows, which only a shell starts; no argument of ours needs quoting.
  const shell = process.platform === 'win32';
  return run('npx', ['--yes', packageManager, ...args], {
    env: { ...env, pnpm_config_pm_on_fail: 'ignore' },
    shell,
  });
}

/** The content of a JSON file. */
export function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The folders one and two levels down that hold a package: examples, packages/core, tooling/docs-check and so on. */
export function packageFolders(folder) {
  const homes = foldersIn(folder);
  return [...homes, ...homes.flatMap(foldersIn)].filter((path) => existsSync(join(path, 'package.json')));
}

/**
 * What an installation depends on and what it left behind, as one hash: the lock file, every package.json, the
 * machine, pnpm's own record of what it installed, and which packages got a node_modules folder.
 */
export function installState(folder) {
  const packages = packageFolders(folder);
  const files = ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', 'node_modules/.pnpm/lock.yaml']
    .map((name) => join(folder, name))
    .concat(packages.map((path) => join(path, 'package.json')));
  const contents = files.map((file) => [
    relative(folder, file),
    existsSync(file) && readFileSync(file, 'utf8'),
  ]);
  const linked = packages.map((path) => existsSync(join(path, 'node_modules')));
  const state = [process.platform, process.arch, contents, linked];
  return createHash('sha256').update(JSON.stringify(state)).digest('hex');
}

/**
 * Whether whoever started this says that all is installed and built. `.ci/run` does, for the parts that it runs beside
 * each other: they would write the same files.
 */
const isReady = process.env.MELLIFLOW_READY === '1';

/** Builds the packages that changed, of those that turbo's filters name; ends the process when that fails. */
export async function buildPackages(filters = []) {
  if (isReady) return;
  const named = filters.map((filter) => `--filter=${filter}`);
  const env = { ...process.env, DO_NOT_TRACK: '1', TURBO_TELEMETRY_DISABLED: '1' };
  const code = await runPnpm(['exec', 'turbo', 'run', 'build', ...named, '--output-logs=errors-only'], env);
  if (code !== 0) process.exit(code);
}

/** Installs the dependencies unless they are installed already; ends the process when that fails. */
export async function prepare() {
  if (isReady) return;
  const stamp = join(root, 'node_modules', '.melliflow-installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === installState(root)) return;
  say('installing the dependencies (only when they changed)');
  const code = await runPnpm(['install', '--frozen-lockfile']);
  if (code !== 0) {
    say(`the installation failed (exit code ${code}); its output above says why`);
    process.exit(code);
  }
  writeFileSync(stamp, installState(root));
}

function foldersIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .map((entry) => join(folder, entry.name))
    .sort();
}
