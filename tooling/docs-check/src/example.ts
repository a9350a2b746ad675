import type { Fence } from './fence.js';
import { readInfo } from './fence-info.js';
import type { Problem } from './problem.js';

/** A program of a document: one block, or several of a page that build on each other. */
export interface Example {
  /** Name of its folder, such as `docs-streaming-2`. */
  readonly name: string;
  readonly language: 'ts' | 'js';
  readonly blocks: readonly Fence[];
  /** False if a block says that it must not be run. */
  readonly runs: boolean;
}

/** The programs of one document; blocks of other languages are passed over. */
export function examplesOf(fences: readonly Fence[]): {
  readonly examples: Example[];
  readonly problems: Problem[];
} {
  const examples: Example[] = [];
  const problems: Problem[] = [];
  for (const fence of fences) {
    const { language } = fence;
    if (language !== 'ts' && language !== 'js') continue;
    const { continues, noRun, fault } = readInfo(fence);
    const before = examples.at(-1);
    const runs = noRun === null;
    if (fault) problems.push({ file: fence.file, line: fence.line, message: fault });
    if (!continues)
      examples.push({ name: `${slug(fence.file)}-${examples.length + 1}`, language, blocks: [fence], runs });
    else if (before?.language === language) {
      examples[examples.length - 1] = {
        ...before,
        blocks: [...before.blocks, fence],
        runs: before.runs && runs,
      };
    } else
      problems.push({
        file: fence.file,
        line: fence.line,
        message: `there is no ${language} block before that it continues`,
      });
  }
  return { examples, problems };
}

/** The whole program. */
export function sourceOf({ blocks }: Example): string {
  return `${blocks.map(({ text }) => text).join('\n')}\n`;
}

/** Where in the document a line of the program comes from. */
export function originOf({ blocks }: Example, sourceLine: number): Pick<Problem, 'file' | 'line'> {
  let first = 1;
  for (const { file, line, text } of blocks) {
    const length = text.split('\n').length;
    if (sourceLine < first + length) return { file, line: line + sourceLine - first };
    first += length;
  }
  const last = blocks[blocks.length - 1];
  return { file: last?.file ?? '', line: last?.line ?? 1 };
}

/** What the program promises to print, and where; null if the document does not say. */
export function promiseOf({
  blocks,
}: Example): (Pick<Problem, 'file' | 'line'> & { readonly text: string }) | null {
  const promises = blocks.flatMap(({ promise }) => (promise ? [promise] : []));
  const [first] = promises;
  if (!first) return null;
  return { file: first.file, line: first.line, text: promises.map(({ text }) => text.trim()).join('\n') };
}

function slug(file: string): string {
  return file.replace(/\.md$/, '').replaceAll('/', '-').toLowerCase();
}
