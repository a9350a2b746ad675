import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { burstFilter, cliArguments, DEFAULT_ARGUMENTS, loaded } from '../start.mjs';

describe('cliArguments', () => {
  it('tells a story when nothing is asked for', () => {
    expect(cliArguments([])).toEqual(DEFAULT_ARGUMENTS);
    expect(DEFAULT_ARGUMENTS[0]).toBe('stream');
  });

  it('puts the main command in front of options and prompts', () => {
    expect(cliArguments(['--json', 'Hello'])).toEqual(['stream', '--json', 'Hello']);
    expect(cliArguments(['Hello'])).toEqual(['stream', 'Hello']);
  });

  it('shows the help of the main command for a lone help', () => {
    expect(cliArguments(['help'])).toEqual(['stream', '--help']);
    expect(cliArguments(['help me'])).toEqual(['stream', 'help me']);
  });

  it('leaves a command as it is', () => {
    expect(cliArguments(['stream', 'Hello'])).toEqual(['stream', 'Hello']);
    expect(cliArguments(['conformance', 'x.js'])).toEqual(['conformance', 'x.js']);
  });
});

it('builds whatever the CLI can load', async () => {
  const { devDependencies } = JSON.parse(
    await readFile(new URL('../../../packages/cli/package.json', import.meta.url), 'utf8'),
  ) as { devDependencies: Record<string, string> };
  const backends = Object.keys(devDependencies).filter((name) => name.startsWith('@melliflow/backend-'));
  expect(backends.length).toBeGreaterThan(4);
  for (const name of backends) expect(loaded).toContain(name.replace('@melliflow/', ''));
});

const parent = fileURLToPath(new URL('programs/parent.mjs', import.meta.url));

interface Run {
  stdout: string;
  code: number | null;
}

/** Runs a program under `runInForeground`, in a process group of its own, and acts on lines that it prints. */
function run(args: readonly string[], onLine: Record<string, (pid: number) => void> = {}): Promise<Run> {
  const child = spawn(process.execPath, [parent, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    stdout += `${line}\n`;
    if (child.pid !== undefined) onLine[line]?.(child.pid);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ stdout, code }));
  });
}

describe('burstFilter', () => {
  it('lets the first of a burst through, each kind by itself', () => {
    let nowMs = 0;
    const isFirst = burstFilter(() => nowMs);
    const at = (ms: number, signal: string) => {
      nowMs = ms;
      return isFirst(signal);
    };
    expect([at(0, 'SIGINT'), at(1, 'SIGINT'), at(2, 'SIGTERM'), at(300, 'SIGINT')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect([at(600, 'SIGINT'), at(899, 'SIGINT')]).toEqual([true, false]);
  });
});

describe('runInForeground', () => {
  it.each([0, 1, 42])('ends with the exit code of the program: %i', async (code) => {
    expect(await run(['exits.mjs', String(code)])).toEqual({ stdout: '', code });
  });

  // Windows has neither groups of processes nor signals that can be handled.
  const onPosix = it.runIf(process.platform !== 'win32');

  onPosix('keeps the program out of our group, which an interrupt of all would reach', async () => {
    expect(await run(['leads-its-group.mjs'])).toEqual({ stdout: 'true\n', code: 0 });
  });

  onPosix.each([
    ['of the whole group', (pid: number) => process.kill(-pid, 'SIGINT')],
    ['that only it got', (pid: number) => process.kill(pid, 'SIGINT')],
    ['that came twice', (pid: number) => [pid, pid].map((one) => process.kill(one, 'SIGINT'))],
  ])('hands an interrupt %s to the program once and waits for it', async (_which, interrupt) => {
    const ended = await run(['counts-interrupts.mjs'], {
      ready: interrupt,
      interrupted: (pid) => process.kill(pid, 'SIGTERM'),
    });
    expect(ended).toEqual({ stdout: 'ready\ninterrupted\ninterrupts: 1\n', code: 130 });
  });

  onPosix.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('ends with 128 and the number of the signal when %s ends the program', async (signal, code) => {
    const ended = await run(['waits.mjs'], { ready: (pid) => process.kill(pid, signal) });
    expect(ended).toEqual({ stdout: 'ready\n', code });
  });
});
