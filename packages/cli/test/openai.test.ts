import {
  openaiServer,
  type ScriptedReply,
  Turnstile,
  type WireServer,
} from '@melliflow/backend-conformance/servers';
import { describe, expect, it } from 'vitest';
import { type BinInit, type Ending, runBin } from './support/run-bin.js';

const key = 'sk-test-7Kq2Zw9Xv4Nn8Rt1';

/** Runs the real program against a server that answers so. */
async function stream(
  server: WireServer,
  replies: readonly ScriptedReply[],
  args: readonly string[] = [],
  init: BinInit = {},
): Promise<Ending> {
  server.reply(...replies);
  const where = ['--backend', 'openai', '--base-url', server.baseURL, '--model', 'test-model'];
  const env = { OPENAI_API_KEY: key, OPENAI_BASE_URL: undefined };
  const ending = await runBin(['stream', ...where, ...args, 'Tell a story.'], { env, ...init });
  expect(ending.stdout + ending.stderr).not.toContain(key);
  return ending;
}

/** It says this much, and then nothing more; what waits is a connection that stays open. */
const stalled = (...deltas: string[]): ScriptedReply => ({
  deltas: [...deltas, 'Never sent.'],
  fault: { kind: 'stall', after: deltas.length, until: new Turnstile() },
});

const types = ({ stdout }: Ending): string[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).type);

describe('melliflow stream --backend openai --base-url', () => {
  it('asks the server with the key of the environment and streams its answer', async () => {
    await using server = await openaiServer();
    const ending = await stream(
      server,
      [{ deltas: ['One ca', 'me. Two', ' came.'] }],
      ['--temperature', '0.5'],
    );
    expect(ending).toMatchObject({ code: 0, stderr: '' });
    expect(ending.stdout).toMatch(/^One came\. Two came\.\n\nverdict +complete, nothing was required\n/);
    expect(ending.stdout).toMatch(/\ntokens +\d+ in, 3 out\n[\s\S]*\nmodel +openai test-model\n$/);
    const [request] = server.requests;
    expect(request?.headers.authorization).toBe(`Bearer ${key}`);
    expect(request?.body).toMatchObject({ model: 'test-model', stream: true, temperature: 0.5 });
    expect(request?.text).toContain('Tell a story.');
  });

  it('prints the events as JSON lines', async () => {
    await using server = await openaiServer();
    const args = ['--json', '--max-sentences', '2'];
    const ending = await stream(server, [{ deltas: ['One came. ', 'Two came.'] }], args);
    expect(ending).toMatchObject({ code: 0, stderr: '' });
    expect(types(ending)).toEqual([
      ...['quick_check', 'chunk', 'quick_check', 'chunk'],
      ...['streaming_done', 'full_validation', 'completed'],
    ]);
  });

  it('closes the connection when a requirement fails in the middle', async () => {
    await using server = await openaiServer();
    const args = ['--max-sentences', '1'];
    const ending = await stream(server, [stalled('One came. ', 'A secret came. ', 'An')], args);
    expect(ending).toMatchObject({ code: 1, stderr: '' });
    expect(ending.stdout).toMatch(/^One came\.\n\n✗ The text would have 2 sentences; the limit is 1\.\n/);
    expect(ending.stdout).not.toContain('secret');
    const [request] = server.requests;
    if (!request) throw new Error('the server got no request');
    expect(await server.closed(request)).toBeGreaterThan(0);
    expect(request.finished).toBe(false);
  });

  it('ends with 3 on a wrong key, which no message shows', async () => {
    await using server = await openaiServer();
    const message = `Incorrect API key provided: ${key}.`;
    const ending = await stream(server, [{ fault: { kind: 'status', status: 401, message } }]);
    expect(ending).toMatchObject({ code: 3, stdout: '' });
    expect(ending.stderr).toMatch(
      /^error \(authentication\): openai: Incorrect API key provided: .*HTTP 401/,
    );
    expect(server.requests).toHaveLength(1);
  });

  it('tries again after a 503', async () => {
    await using server = await openaiServer();
    const busy: ScriptedReply = { fault: { kind: 'status', status: 503, retryAfter: '0' } };
    const ending = await stream(server, [busy, { deltas: ['One came.'] }]);
    expect(ending).toMatchObject({ code: 0, stderr: '' });
    expect(ending.stdout).toMatch(/^One came\.\n/);
    expect(server.requests).toHaveLength(2);
  });

  // Windows ends a process at once when another one interrupts it.
  it.runIf(process.platform !== 'win32')(
    'closes the connection on a Ctrl-C, keeps what was validated and ends with 130',
    async () => {
      await using server = await openaiServer();
      let pressed = false;
      const ending = await stream(server, [stalled('One came. ', 'A sec')], ['--json'], {
        onStdout(child) {
          if (!pressed) child.kill('SIGINT');
          pressed = true;
        },
      });
      expect(ending).toMatchObject({ code: 130, signal: null, stderr: '' });
      expect(types(ending)).toEqual(['chunk', 'completed']);
      expect(ending.stdout).not.toContain('sec');
      const [request] = server.requests;
      if (!request) throw new Error('the server got no request');
      expect(await server.closed(request)).toBeGreaterThan(0);
      expect(request.finished).toBe(false);
    },
  );

  it('tells an answer that breaks off as an error, after what was validated', async () => {
    await using server = await openaiServer();
    const ending = await stream(server, [
      { deltas: ['One came. ', 'Two'], fault: { kind: 'cut', after: 2 } },
    ]);
    expect(ending.code).toBe(3);
    expect(ending.stdout).toMatch(/^One came\.\n/);
    expect(ending.stderr).toMatch(/^error \(incomplete_stream\): openai: /);
  });
});

describe('melliflow stream --backend openai', () => {
  const none = { OPENAI_API_KEY: undefined, OPENAI_BASE_URL: undefined };

  it('wants a model', async () => {
    const ending = await runBin(['stream', '--backend', 'openai'], { env: none });
    expect(ending).toMatchObject({ code: 2, stdout: '' });
    expect(ending.stderr).toBe(
      'error: --backend openai needs a model: add --model <id>, in the words of the provider.\n',
    );
  });

  it('says where the key is taken from when there is none, and asks nobody', async () => {
    const ending = await runBin(['stream', '--backend', 'openai', '--model', 'm'], { env: none });
    expect(ending).toMatchObject({ code: 3, stdout: '' });
    expect(ending.stderr).toMatch(/^error \(authentication\): openai: there is no key\..*OPENAI_API_KEY/);
  });

  it('says so when the address of the environment is none', async () => {
    const env = { OPENAI_API_KEY: key, OPENAI_BASE_URL: 'localhost' };
    const ending = await runBin(['stream', '--backend', 'openai', '--model', 'm'], { env });
    expect(ending).toMatchObject({ code: 3, stdout: '' });
    expect(ending.stderr).toMatch(/^error \(backend\): openai: .*OPENAI_BASE_URL.* must be an absolute http/);
  });
});
