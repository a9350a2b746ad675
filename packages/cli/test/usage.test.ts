import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { run } from '../src/index.js';
import { FakeIo } from './support/fake-io.js';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

async function outcome(args: readonly string[], io = new FakeIo('Hi.')) {
  const code = await run(args, io);
  expect(io.listeners).toBe(0);
  return { code, stdout: io.stdout.text, stderr: io.stderr.text, calls: io.backend.calls, io };
}

describe('the command line', () => {
  it.each([
    [
      ['stream', '--seed', '1.5'],
      "'--seed <n>' argument '1.5' is invalid. It takes a whole number, such as 42.",
    ],
    [
      ['stream', '--max-sentences', '0'],
      "'--max-sentences <n>' argument '0' is invalid. It takes a whole number from 1 up",
    ],
    [['stream', '--max-sentences', '2x'], "'--max-sentences <n>' argument '2x' is invalid."],
    [['stream', '--max-tokens', '-3'], "'--max-tokens <n>' argument '-3' is invalid."],
    [
      ['stream', '--temperature', '-1'],
      "'--temperature <n>' argument '-1' is invalid. It takes a number from 0 up",
    ],
    [['stream', '--temperature', ''], "'--temperature <n>' argument '' is invalid."],
    [['stream', '--temperature', 'warm'], "'--temperature <n>' argument 'warm' is invalid."],
    [['stream', '--forbid', ' '], "'--forbid <word...>' argument ' ' is invalid."],
    [['stream', '--forbid'], "'--forbid <word...>' argument missing"],
    [['stream', '--chunking', 'page'], 'Allowed choices are sentence, word, paragraph, intl-sentence,'],
    [['stream', '--release', 'window:0'], 'It takes strict, optimistic or a window such as window:4.'],
    [['stream', '--release', 'late'], "'--release <mode>' argument 'late' is invalid."],
    [['stream', '--retry', '0'], "'--retry <n>' argument '0' is invalid. It takes a whole number from 1 up"],
    [['stream', '--retry-mode', 'again'], 'Allowed choices are resume, restart.'],
    [['stream', '--retry-mode', 'restart'], '--retry-mode: nothing is tried again without --retry <n>'],
    [['stream', '--json-schema', 'no-such-file.json'], 'of this one it cannot be read (ENOENT)'],
    [['stream', '--json-schema', 'README.md'], 'of this one it is no JSON'],
    [['stream', '--json-schema', 'package.json'], '--json-schema: schema cannot be used to validate'],
    [
      ['stream', '--languages', 'en,xx'],
      'It takes languages that can be told: codes[1] must be one of am, ar,',
    ],
    [['stream', '--languages', 'english'], 'It takes codes of two letters, such as en or de,fr.'],
    [['stream', '--max-words', '0'], "'--max-words <n>' argument '0' is invalid."],
    [['stream', '--backend', 'gpt'], 'Allowed choices are llamacpp, ollama, openai, watsonx, hf.'],
    ...['localhost:8000/v1', 'ftp://localhost', 'http://', ''].map((address): [string[], string] => [
      ['stream', '--backend', 'openai', '--base-url', address],
      `'--base-url <url>' argument '${address}' is invalid. It takes an http or https address`,
    ]),
    [
      ['stream', '--base-url', 'http://me:word@localhost/v1'],
      'error: --base-url: the address must be without a name and a password before the @.\n',
    ],
    [['stream', '--base-url'], "'--base-url <url>' argument missing"],
    [['conformance'], "missing required argument 'module'"],
    [['conformance', 'a.js', 'b.js'], "too many arguments for 'conformance'"],
    [
      ['conformance', 'a.js', '--chapter', 'colour'],
      '--chapter: there is no chapter "colour". Choose among construct, lazy',
    ],
    [['stream', '--jsn'], "unknown option '--jsn'\n(Did you mean --json?)"],
    [['stream', 'Write', 'a', 'story'], 'too many arguments: put the prompt in quotes: "Write a story"\n'],
    [['stream', ' '], 'the prompt is empty'],
    [['stream', '-'], 'the standard input is empty'],
    [['strem'], "unknown command 'strem'"],
    [[], 'Usage: melliflow'],
  ])('%j ends with 2 and says why on stderr', async (args, message) => {
    const { code, stdout, stderr, calls } = await outcome(args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(calls).toEqual([]);
  });

  it('shows its version and its help on stdout and ends with 0', async () => {
    expect(await outcome(['--version'])).toMatchObject({
      code: 0,
      stdout: `${manifest.version}\n`,
      stderr: '',
    });
    const { code, stdout } = await outcome(['stream', '--help']);
    expect(code).toBe(0);
    for (const option of [
      '--backend',
      '--model',
      '--base-url',
      '--chunking',
      '--max-sentences',
      '--forbid',
      '--system',
    ])
      expect(stdout).toContain(`  ${option} <`);
    expect(stdout).toContain('Exit codes:');
    const words = stdout.replace(/\s+/g, ' ');
    expect(words).toContain('llamacpp in this process; openai, ollama, watsonx or hf at a provider');
    expect(words).toContain('keys are read from the environment, such as OPENAI_API_KEY, never from here');
    expect(words).toContain('only whole words match');
    expect(words).toContain('without a --temperature above 0');
    expect(words).toContain('--temperature 0.8 --seed 7');
  });

  it('takes a lone help for a call for help, and asks the model with it after --', async () => {
    const { stdout } = await outcome(['stream', '--help']);
    expect(await outcome(['stream', 'help'])).toMatchObject({ code: 0, stdout, stderr: '', calls: [] });
    expect((await outcome(['stream', '--', 'help'])).calls).toMatchObject([{ prompt: 'help' }]);
  });

  it('has a prompt, a backend and a way of cutting of its own', async () => {
    const { calls, io } = await outcome(['stream']);
    expect(calls).toMatchObject([{ prompt: 'Write a short story about a robot.' }]);
    expect(io.choices).toMatchObject([{ backend: 'llamacpp', chunking: 'sentence' }]);
  });

  it('reads the prompt from standard input for -, letters in pieces included', async () => {
    const io = new FakeIo('Hi.');
    const bytes = new TextEncoder().encode('Erzähl!\n');
    io.stdin = (async function* () {
      for (const byte of bytes) yield Uint8Array.of(byte);
    })();
    const { calls } = await outcome(['stream', '-'], io);
    expect(calls).toMatchObject([{ prompt: 'Erzähl!' }]);
  });

  it.each([
    [['Tell a story.', '--forbid', 'drum', 'big smile'], 'Tell a story.', ['drum', 'big smile']],
    [['--forbid', 'drum', 'Tell a story.'], 'Tell a story.', ['drum']],
    [['--forbid', 'drum', '--forbid', 'big smile'], undefined, ['drum', 'big smile']],
    [['--forbid', 'big smile'], undefined, ['big smile']],
    [['--forbid', 'drum', 'phone'], undefined, ['drum', 'phone']],
    [['--forbid', 'drum', 'big smile', '--json'], undefined, ['drum', 'big smile']],
    [['--forbid', 'drum', '--', 'Sing'], 'Sing', ['drum']],
  ])('finds the prompt in %j', async (args, prompt = 'Write a short story about a robot.', words) => {
    const { calls, io } = await outcome(['stream', ...args]);
    expect(calls).toMatchObject([{ prompt }]);
    expect(io.choices).toMatchObject([{ forbid: words }]);
  });

  it('finds the prompt behind the other lists as well', async () => {
    for (const list of [
      ['--cite', '1', '2'],
      ['--judge', 'It is kind.'],
    ]) {
      const { calls } = await outcome(['stream', ...list, 'Tell a story.']);
      expect(calls[0]).toMatchObject({ prompt: 'Tell a story.' });
    }
  });
});
