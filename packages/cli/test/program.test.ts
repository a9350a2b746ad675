import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bin, runBin } from './support/run-bin.js';
import { scratchProject } from './support/scratch-project.js';

const types = (stdout: string): string[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).type);

/** Where there is a shell of that kind, and where a signal can be handled. */
const onPosix = it.runIf(process.platform !== 'win32');

describe('the program with the tiny model', () => {
  it('tells a story of its own and ends with 0', async () => {
    const { code, stdout, stderr } = await runBin(['stream']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/robot[\s\S]+\n\nverdict +complete, nothing was required\n[\s\S]+tiny\.gguf\n$/);
    expect(stdout).toMatch(/\nloaded +after \d+ ms\nfirst text +after \d+ ms\n/);
  });

  it('says so when the text was cut at the token limit, and ends with 0', async () => {
    const { code, stdout } = await runBin(['stream', '--max-tokens', '20']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nverdict +the text was cut at the token limit, nothing was required\n/);
  });

  it('prints JSON lines alone, cuts the third sentence and ends with 1', async () => {
    const whole = await runBin(['stream', '--json']);
    const cut = await runBin([
      'stream',
      '--json',
      '--max-sentences',
      '2',
      'Write a short story about a robot.',
    ]);
    expect(cut.code).toBe(1);
    expect(types(cut.stdout)).toEqual([
      'quick_check',
      'chunk',
      'quick_check',
      'chunk',
      'quick_check',
      'completed',
    ]);
    const sentences = whole.stdout.split('\n').flatMap((line) => {
      const event = line === '' ? {} : JSON.parse(line);
      return event.type === 'chunk' ? [event.text as string] : [];
    });
    expect(sentences.length).toBeGreaterThan(2);
    expect(cut.stdout).toContain(JSON.stringify(sentences[1]));
    expect(cut.stdout + cut.stderr).not.toContain(sentences[2]);
  });

  it('gives the same text for the same seed', async () => {
    const args = ['stream', '--json', '--seed', '7', '--temperature', '0.9', '--chunking', 'paragraph'];
    const texts = [await runBin(args), await runBin(args)].map(({ stdout }) =>
      stdout.replace(/"timestamp":[\d.]+/g, ''),
    );
    expect(texts[0]).toBe(texts[1]);
    expect(types(texts[0]?.replaceAll(',}', '}') ?? '')).toContain('chunk');
  });

  it('ends with 3 and names the file when there is no such model', async () => {
    const { code, stdout, stderr } = await runBin(['stream', '--model', 'tinyy']);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(
      /^error \(model_not_found\): .*tinyy.*'tiny' is the model that comes with Melliflow\.\n$/,
    );
  });

  it('prints the same failure as events for programs', async () => {
    const { code, stdout, stderr } = await runBin(['stream', '--json', '--model', 'tinyy']);
    expect(code).toBe(3);
    expect(types(stdout)).toEqual(['error', 'completed']);
    expect(stderr).toContain("'tiny'");
  });

  it('ends with 2 on bad usage', async () => {
    expect(await runBin(['stream', '--max-sentences', 'two'])).toMatchObject({ code: 2, stdout: '' });
  });

  onPosix('ends quietly when the reader takes one line and leaves', () => {
    const line = `"${process.execPath}" "${bin}" stream --json --chunking word | head -1`;
    const { stdout, stderr } = spawnSync('sh', ['-c', line], { encoding: 'utf8' });
    expect(types(stdout)).toEqual(['chunk']);
    expect(stderr).toBe('');
  });
});

describe('the program under a signal', () => {
  const testing = pathToFileURL(createRequire(import.meta.url).resolve('@melliflow/testing')).href;
  const never = `import { ScriptedBackend } from '${testing}';
    const script = [{ deltas: ['One came. A sec', 'ret'], hangs: true }];
    export function createBackend() {
      const open = setInterval(() => undefined, 1000); // as a socket would, it keeps the process alive
      const dispose = async () => clearInterval(open);
      return Object.assign(new ScriptedBackend(script), { [Symbol.asyncDispose]: dispose });
    }`;

  onPosix.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s in the middle of a stream without end ends it with %i', async (signal, exitCode) => {
    using project = scratchProject({ '@melliflow/backend-hf': never });
    const args = ['stream', '--backend', 'hf', '--model', 'slow', '--json'];
    let isSent = false;
    const ending = await runBin(args, {
      cwd: project.folder,
      onStdout(child) {
        if (isSent) return;
        isSent = true;
        child.kill(signal);
      },
    });
    expect(ending).toMatchObject({ code: exitCode, signal: null, stderr: '' });
    expect(types(ending.stdout)).toEqual(['chunk', 'completed']);
    expect(ending.stdout).not.toContain('sec');
  });
});
