import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const examples = fileURLToPath(new URL('..', import.meta.url));
const generated = join(examples, 'test/.generated');

/** Writes the examples as JavaScript, so that processes can be made of them. */
export async function compileExamples(): Promise<void> {
  const compiler = join(
    dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
    'bin/tsc',
  );
  const options = ['--noEmit', 'false', '--rootDir', examples, '--outDir', generated];
  await promisify(execFile)(process.execPath, [compiler, '-p', examples, ...options]);
}

/** How the program ended, and what it said. */
export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  readonly printed: string;
  readonly complained: string;
}

/** The coordinator of `batch-workers`, in a process of its own. */
export class BatchProgram {
  readonly process: ChildProcess;
  readonly ended: Promise<Ending>;

  constructor(file: string, env: Readonly<Record<string, string>>) {
    this.process = spawn(process.execPath, [join(generated, 'batch-workers/main.js'), file], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = ending(this.process);
  }

  /** What does not end by itself, because a test failed, is ended here. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
  }
}

async function ending(child: ChildProcess): Promise<Ending> {
  let printed = '';
  let complained = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complained += text;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal, printed, complained };
}
