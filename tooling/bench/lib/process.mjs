/** Fresh processes: one for the server, one for each measurement. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const home = join(import.meta.dirname, '..');

/** What programs need to run. Keys, proxies, tracing of LangChain or a compile cache would change what is measured. */
const needed = ['PATH', 'HOME', 'USERPROFILE', 'SystemRoot', 'TMPDIR', 'TMP', 'TEMP'];
const env = Object.fromEntries(
  needed.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
);

/** Starts the server; `origin` is its address. */
export async function startServer(node) {
  const child = spawn(node, [join(home, 'server.mjs')], { stdio: ['ignore', 'pipe', 'inherit'], env });
  const [origin] = await once(createInterface({ input: child.stdout }), 'line');
  return { origin, stop: () => child.kill() };
}

/**
 * What a program of this folder prints as JSON on its last line, run in a process of its own.
 *
 * @throws Error with what it printed on stderr, when it fails.
 */
export async function runFresh(node, args, more = {}) {
  const options = {
    cwd: home,
    env: { ...env, NODE_NO_WARNINGS: '1', ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  };
  const child = spawn(node, args, options);
  let printed = '';
  let complaints = '';
  child.stdout.on('data', (data) => {
    printed += data;
  });
  child.stderr.on('data', (data) => {
    complaints += data;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${args.join(' ')}: exit ${code}\n${complaints.slice(-2000)}`);
  return JSON.parse(printed.trim().split('\n').at(-1));
}
