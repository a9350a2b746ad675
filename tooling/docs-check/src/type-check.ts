import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runNode } from './child-process.js';
import { type Example, originOf } from './example.js';
import type { Problem } from './problem.js';

/** The compiler's program, to be run by Node. */
export const compiler: string = join(
  dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin/tsc',
);
const limitMs = 120_000;
const diagnostic = /^(?:([^/\s]+)\/example\.ts\((\d+),\d+\): )?error (TS\d+: .*)$/;

/** Compiles all programs at once, beside their sources, and reports what the compiler says by line of the document. */
export async function typeCheck(
  folder: string,
  examples: readonly Example[],
): Promise<Map<Example | null, Problem[]>> {
  const problems = new Map<Example | null, Problem[]>();
  if (!examples.some(({ language }) => language === 'ts')) return problems;
  const { code, stdout, stderr } = await runNode([compiler, '-p', folder, '--pretty', 'false'], {
    cwd: folder,
    limitMs,
  });
  for (const line of stdout.split('\n')) {
    const [, name, sourceLine, message] = diagnostic.exec(line) ?? [];
    if (message === undefined) continue;
    const example = examples.find((candidate) => candidate.name === name) ?? null;
    const origin = example ? originOf(example, Number(sourceLine)) : { file: 'tsconfig.json', line: 1 };
    problems.set(example, [...(problems.get(example) ?? []), { ...origin, message }]);
  }
  if (code !== 0 && problems.size === 0)
    throw new Error(`the compiler failed (exit code ${code}): ${stdout}${stderr}`);
  return problems;
}
