import { join } from 'node:path';
import { type Ending, runNode } from './child-process.js';
import { type Example, originOf, promiseOf } from './example.js';
import type { Problem } from './problem.js';

/** Loaded before every program, so that none reaches beyond the machine. */
export const noNetwork: string = new URL('./no-network.mjs', import.meta.url).href;

/** Runs a compiled program and compares what it prints with what the document promises. */
export async function runExample(folder: string, example: Example, limitMs: number): Promise<Problem[]> {
  const cwd = join(folder, example.name);
  const ending = await runNode(['--enable-source-maps', '--import', noNetwork, 'example.js'], {
    cwd,
    limitMs,
  });
  if (ending.timedOut) return [{ ...originOf(example, 1), message: `still running after ${limitMs} ms` }];
  if (ending.code !== 0)
    return [{ ...placeOfFailure(example, cwd, ending), message: `failed: ${ending.stderr.trim()}` }];
  const promise = promiseOf(example);
  const printed = ending.stdout.trim();
  if (!promise || printed === promise.text) return [];
  const { file, line, text } = promise;
  return [
    {
      file,
      line,
      message: `promises ${JSON.stringify(text)} but the code prints ${JSON.stringify(printed)}`,
    },
  ];
}

/** The first line of the document in the stack, else the program's first. */
function placeOfFailure(example: Example, cwd: string, { stderr }: Ending): Pick<Problem, 'file' | 'line'> {
  const source = `${join(cwd, `example.${example.language}`)}:`;
  const [, after = '1'] = stderr.replaceAll('file://', '').split(source);
  return originOf(example, Number.parseInt(after, 10));
}
