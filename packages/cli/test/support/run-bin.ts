import { type ChildProcess, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** How the program ended and what it said. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Where the real program runs. */
export interface BinInit {
  cwd?: string | undefined;
  /** Beside what the tests themselves run in; what is undefined is not there. */
  env?: NodeJS.ProcessEnv | undefined;
  /** Told of the process and of each piece of stdout. */
  onStdout?: ((child: ChildProcess, piece: string) => void) | undefined;
}

export const bin: string = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

/** Runs the built program as a user would, until it ends by itself. */
export async function runBin(args: readonly string[], { cwd, env, onStdout }: BinInit = {}): Promise<Ending> {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (piece: string) => onStdout?.(child, piece));
  const ended = new Promise<Pick<Ending, 'code' | 'signal'>>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  const [{ code, signal }, stdout, stderr] = await Promise.all([
    ended,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, signal, stdout, stderr };
}
