import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { run } from '../src/run.js';
import { temporaryFolder } from './temporary-folder.js';

interface Ran {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs the program; with answers, at a terminal. */
async function ran(argv: readonly string[], answers?: readonly string[]): Promise<Ran> {
  const input = Object.assign(new PassThrough(), { isTTY: answers !== undefined });
  const output = new PassThrough();
  const errors = new PassThrough();
  const left = [...(answers ?? [])];
  // Each question gets its answer; where none is left, the input ends.
  output.on('data', (told: Buffer) => {
    if (!/\] $/.test(String(told))) return;
    const answer = left.shift();
    if (answer === undefined) input.end();
    else input.write(`${answer}\n`);
  });
  const [told, failed] = [text(output), text(errors)];
  const code = await run(argv, { input, output, errors });
  output.end();
  errors.end();
  return { code, output: await told, errors: await failed };
}

it('asks nothing when the folder is given, and says what comes next', async () => {
  const folder = join(temporaryFolder(), 'deep-river');
  const { code, output, errors } = await ran([folder, '--name', '@me/river'], []);
  expect([code, errors]).toEqual([0, '']);
  expect(output).toContain('npm install');
  expect(output).toContain('test/deep-river-wire.ts');
  expect(output).not.toContain('?');
  expect(readdirSync(folder)).toContain('package.json');
});

it('asks at a terminal for what is missing; an empty answer takes the proposal', async () => {
  const folder = join(temporaryFolder(), 'backend-river');
  const { code, output } = await ran([], [folder, '']);
  expect([code, output.match(/\?/g)?.length]).toEqual([0, 2]);
  expect(output).toContain('Name of the provider? [river]');
  expect(existsSync(join(folder, 'src/river-backend.ts'))).toBe(true);
});

it('asks for the folder alone when the provider is given', async () => {
  const folder = join(temporaryFolder(), 'somewhere');
  const { code, output } = await ran(['--provider', 'river'], [folder]);
  expect([code, output.match(/\?/g)?.length]).toEqual([0, 1]);
  expect(existsSync(join(folder, 'src/river-backend.ts'))).toBe(true);
});

it('asks nobody where there is no terminal', async () => {
  const { code, output, errors } = await ran([]);
  expect([code, output]).toEqual([2, '']);
  expect(errors).toMatch(/folder is missing; write npm create @melliflow\/backend my-provider/);
});

it('makes nothing when the questions are left', async () => {
  const { code, errors } = await ran([], []);
  expect([code, errors]).toEqual([2, expect.stringContaining('nothing was made')]);
});

it.each([
  [['Bad Name'], /provider must be .*got "Bad Name"/],
  [['a', 'b'], /one folder is enough/],
  [['a', '--frob'], /'--frob'/],
  [['a', '--name', 'No Name'], /package name must be/],
])('%j is refused with the code 2', async (argv, message) => {
  const { code, output, errors } = await ran(argv);
  expect([code, output]).toEqual([2, '']);
  expect(errors).toMatch(message);
});

it('shows its help and its version', async () => {
  expect((await ran(['--help'])).output).toContain('--provider <name>');
  expect((await ran(['--version'])).output).toMatch(/^\d+\.\d+\.\d+\n$/);
});
