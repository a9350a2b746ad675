import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentsOf } from './documents.js';
import { type Example, examplesOf } from './example.js';
import { type Fence, fencesOf } from './fence.js';
import { writeProject } from './generated-project.js';
import type { Problem } from './problem.js';
import { runExample } from './run-example.js';
import { checkShellBlock } from './shell-block.js';
import { typeCheck } from './type-check.js';

/** What is checked and where the programs are written. */
export interface CheckSettings {
  /** The repository. */
  readonly root: string;
  /** Cleared first; it must lie inside a package that has what the programs import. */
  readonly generated: string;
  /** For each program. */
  readonly limitMs?: number | undefined;
}

/** What was found, and how much was looked at. */
export interface CheckReport {
  readonly problems: readonly Problem[];
  readonly examples: readonly Example[];
}

const languages: ReadonlySet<string> = new Set(['ts', 'js', 'sh', 'json', 'text', 'mermaid', 'jinja']);

/** Type-checks and runs the code of every document. */
export async function checkDocuments({
  root,
  generated,
  limitMs = 60_000,
}: CheckSettings): Promise<CheckReport> {
  const pages = documentsOf(root).map((file) => fencesOf(file, readFileSync(join(root, file), 'utf8')));
  const fences = pages.flat();
  const gathered = pages.map(examplesOf);
  const examples = gathered.flatMap((page) => page.examples);
  writeProject(generated, examples);
  const typeProblems = await typeCheck(generated, examples);
  const ready = examples.filter((example) => example.runs && !typeProblems.has(example));
  const commands = fences.filter(({ language }) => language === 'sh');
  const runProblems = await inPairs([
    ...ready.map((example) => () => runExample(generated, example, limitMs)),
    ...commands.map((fence) => () => checkShellBlock(root, fence, limitMs)),
  ]);
  const problems = [
    ...fences.flatMap(faultOf),
    ...gathered.flatMap((page) => page.problems),
    ...typeProblems.values(),
    ...runProblems,
  ];
  return { problems: problems.flat().sort(byPlace), examples };
}

/** What can be said of a block without running it. */
function faultOf({ file, line, language, text }: Fence): Problem[] {
  if (!languages.has(language)) {
    return [
      { file, line, message: `language "${language}" is unknown; use one of ${[...languages].join(', ')}` },
    ];
  }
  if (language !== 'json') return [];
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [{ file, line, message: `not JSON: ${error instanceof Error ? error.message : error}` }];
  }
}

/** Two at a time: enough to hide the start of a process, few enough for a small machine. */
async function inPairs<T>(tasks: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  const queue = tasks.entries();
  const work = async (): Promise<void> => {
    for (const [index, task] of queue) results[index] = await task();
  };
  await Promise.all([work(), work()]);
  return results;
}

function byPlace(a: Problem, b: Problem): number {
  return a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1;
}
