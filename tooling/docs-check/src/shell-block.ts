import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runNode } from './child-process.js';
import type { Fence } from './fence.js';
import { readInfo } from './fence-info.js';
import type { Problem } from './problem.js';
import { noNetwork } from './run-example.js';
import { commandsOf, type ShellCommand } from './shell-words.js';

/** Checks the scripts and packages that an `sh` block names, and runs what calls the CLI. */
export async function checkShellBlock(root: string, fence: Fence, limitMs: number): Promise<Problem[]> {
  const { fault, noRun, exitCode } = readInfo(fence);
  const problems: Problem[] = fault ? [{ file: fence.file, line: fence.line, message: fault }] : [];
  for (const { command, offset } of commandsOf(fence.text)) {
    const add = (message: string): void => {
      problems.push({ file: fence.file, line: fence.line + offset, message });
    };
    for (const message of unknownNames(root, command)) add(message);
    const args = noRun === null ? await programArguments(root, command) : null;
    if (!args) continue;
    const bin = join(root, 'packages/cli/dist/bin.js');
    const settings = { cwd: root, limitMs, env: command.env };
    const ending = await runNode(['--import', noNetwork, bin, ...args], settings);
    if (ending.timedOut) add(`still running after ${limitMs} ms`);
    else if (ending.code !== exitCode)
      add(`ended with ${ending.code} instead of ${exitCode}: ${ending.stderr.trim()}`);
  }
  return problems;
}

/** `melliflow …` and `npm start -- …` are the two ways to the program; null for another command. */
async function programArguments(root: string, { words }: ShellCommand): Promise<readonly string[] | null> {
  const [program, verb] = words;
  if (program === 'melliflow') return words.slice(1);
  if (program !== 'npm' || verb !== 'start') return null;
  const start: { cliArguments(given: readonly string[]): readonly string[] } = await import(
    pathToFileURL(join(root, 'tooling/scripts/start.mjs')).href
  );
  return start.cliArguments(scriptArguments(words.slice(2)));
}

/** What npm hands to a script: all after `--`, or without it the words that are no options of npm's own. */
function scriptArguments(words: readonly string[]): readonly string[] {
  const dashes = words.indexOf('--');
  return dashes < 0 ? words.filter((word) => !word.startsWith('-')) : words.slice(dashes + 1);
}

function unknownNames(root: string, { words }: ShellCommand): string[] {
  const [program, verb, name] = words;
  const script = verb === 'run' ? name : verb === 'start' || verb === 'test' ? verb : undefined;
  const { scripts = {} }: { scripts?: Record<string, string> } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const isMissing = program === 'npm' && script !== undefined && scripts[script] === undefined;
  // `npm create @melliflow/x` runs @melliflow/create-x.
  const before = verb === 'create' ? 'create-' : '';
  const named = words.flatMap((word) => /@melliflow\/([a-z0-9-]+)/.exec(word)?.[1] ?? []);
  const packages = named.map((name) => before + name);
  return [
    ...(isMissing ? [`package.json has no script "${script}"`] : []),
    ...packages
      .filter((folder) => !isPublished(root, folder))
      .map((folder) => `there is no package @melliflow/${folder}`),
  ];
}

function isPublished(root: string, folder: string): boolean {
  const file = join(root, 'packages', folder, 'package.json');
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).private !== true;
}
