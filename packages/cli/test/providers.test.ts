import {
  hfServer,
  IamDesk,
  ollamaServer,
  type ScriptedReply,
  Turnstile,
  type WireServer,
  watsonxServer,
} from '@melliflow/backend-conformance/servers';
import { describe, expect, it } from 'vitest';
import { type BinInit, type Ending, runBin } from './support/run-bin.js';

const key = 'hf_7Kq2Zw9Xv4Nn8Rt1';

const keys = {
  HF_TOKEN: key,
  WATSONX_AI_APIKEY: undefined,
  WATSONX_AI_BEARER_TOKEN: key,
  WATSONX_AI_PROJECT_ID: 'test-project',
  WATSONX_AI_URL: undefined,
};

/** Backends that are asked as `openai` is, each on its own wire. */
const providers = [
  {
    name: 'hf',
    server: () => hfServer(),
    path: '/v1/chat/completions',
    asked: { model: 'test-model', stream: true, temperature: 0.5 },
  },
  {
    name: 'ollama',
    server: () => ollamaServer(),
    path: '/api/chat',
    asked: { model: 'test-model', stream: true, options: { temperature: 0.5 } },
  },
  {
    name: 'watsonx',
    server: () => watsonxServer({ bearerToken: key }),
    path: '/ml/v1/text/chat_stream',
    asked: { model_id: 'test-model', project_id: 'test-project', temperature: 0.5 },
  },
] as const;

describe.each(providers)(
  'melliflow stream --backend $name --base-url',
  ({ name, server: start, path, asked }) => {
    /** Runs the real program against a server that answers so. */
    async function stream(
      server: WireServer,
      replies: readonly ScriptedReply[],
      args: readonly string[] = [],
      init: BinInit = {},
    ): Promise<Ending> {
      server.reply(...replies);
      const where = ['--backend', name, '--base-url', server.baseURL, '--model', 'test-model'];
      const env = { ...keys, HF_INFERENCE_ENDPOINT: undefined, OLLAMA_HOST: undefined };
      const ending = await runBin(['stream', ...where, ...args, 'Tell a story.'], { env, ...init });
      expect(ending.stdout + ending.stderr).not.toContain(key);
      return ending;
    }

    /** It says this much, and then nothing more; what waits is a connection that stays open. */
    const stalled = (...deltas: string[]): ScriptedReply => ({
      deltas: [...deltas, 'Never sent.'],
      fault: { kind: 'stall', after: deltas.length, until: new Turnstile() },
    });

    it('asks the server and streams its answer', async () => {
      await using server = await start();
      const ending = await stream(
        server,
        [{ deltas: ['One ca', 'me. Two', ' came.'] }],
        ['--temperature', '0.5'],
      );
      expect(ending).toMatchObject({ code: 0, stderr: '' });
      expect(ending.stdout).toMatch(/^One came\. Two came\.\n\nverdict +complete, nothing was required\n/);
      expect(ending.stdout).toMatch(/\ntokens +\d+ in, 3 out\n/);
      expect(ending.stdout).toMatch(new RegExp(`\nmodel +${name} test-model\n$`));
      const [request] = server.requests;
      expect(request).toMatchObject({ path, body: asked });
      expect(request?.text).toContain('Tell a story.');
      expect(request?.headers.authorization).toBe(name === 'ollama' ? undefined : `Bearer ${key}`);
    });

    it('prints the events as JSON lines', async () => {
      await using server = await start();
      const ending = await stream(server, [{ deltas: ['One came. ', 'Two came.'] }], ['--json']);
      expect(ending).toMatchObject({ code: 0, stderr: '' });
      const types = ending.stdout.trimEnd().split('\n');
      expect(types.map((line) => JSON.parse(line).type)).toContain('completed');
    });

    it('closes the connection when a requirement fails in the middle', async () => {
      await using server = await start();
      const args = ['--max-sentences', '1'];
      const ending = await stream(server, [stalled('One came. ', 'A secret came. ', 'An')], args);
      expect(ending).toMatchObject({ code: 1, stderr: '' });
      expect(ending.stdout).toMatch(/^One came\.\n\n✗ The text would have 2 sentences; the limit is 1\.\n/);
      const request = await server.received();
      expect(await server.closed(request)).toBeGreaterThan(0);
      expect(request.finished).toBe(false);
    });

    it('tells a refusal and an answer that breaks off as errors', async () => {
      await using server = await start();
      const message = `No such model for ${key}.`;
      const refused = await stream(server, [{ fault: { kind: 'status', status: 404, message } }]);
      expect(refused).toMatchObject({ code: 3, stdout: '' });
      expect(refused.stderr).toMatch(new RegExp(`^error \\(model_not_found\\): ${name}: No such model for`));
      const fault = { kind: 'cut', after: 2 } as const;
      const cut = await stream(server, [{ deltas: ['One came. ', 'Two'], fault }]);
      expect(cut.code).toBe(3);
      expect(cut.stdout).toMatch(/^One came\.\n/);
      expect(cut.stderr).toMatch(new RegExp(`^error \\(incomplete_stream\\): ${name}: `));
    });

    // Windows ends a process at once when another one interrupts it.
    it.runIf(process.platform !== 'win32')(
      'closes the connection on a Ctrl-C, keeps what was validated and ends with 130',
      async () => {
        await using server = await start();
        let pressed = false;
        const ending = await stream(server, [stalled('One came. ', 'A sec')], ['--json'], {
          onStdout(child) {
            if (!pressed) child.kill('SIGINT');
            pressed = true;
          },
        });
        expect(ending).toMatchObject({ code: 130, signal: null, stderr: '' });
        expect(ending.stdout).not.toContain('sec');
        const request = await server.received();
        expect(await server.closed(request)).toBeGreaterThan(0);
      },
    );
  },
);

describe('melliflow stream --backend hf', () => {
  it('says where the key is taken from when there is none, and asks nobody', async () => {
    const env = { HF_TOKEN: undefined, HUGGING_FACE_HUB_TOKEN: undefined, HF_INFERENCE_ENDPOINT: undefined };
    const ending = await runBin(['stream', '--backend', 'hf', '--model', 'm'], { env });
    expect(ending).toMatchObject({ code: 3, stdout: '' });
    expect(ending.stderr).toMatch(
      /^error \(authentication\): hf: there is no key for the router\..*HF_TOKEN/,
    );
  });

  it('blames the address that is none', async () => {
    const args = ['stream', '--backend', 'hf', '--model', 'm', '--base-url', 'http://host/v1?a=b'];
    const ending = await runBin(args, {});
    expect(ending).toMatchObject({ code: 2, stdout: '' });
    expect(ending.stderr).toMatch(/^error: --base-url: .*without a query/);
  });
});

describe('melliflow stream --backend watsonx', () => {
  const none = {
    WATSONX_AI_URL: undefined,
    WATSONX_AI_BEARER_TOKEN: undefined,
    WATSONX_AI_APIKEY: undefined,
  };
  const args = ['stream', '--backend', 'watsonx', '--model', 'm'];
  const env = { ...none, WATSONX_AI_PROJECT_ID: 'p' };

  it('exchanges the key of the environment for a token', async () => {
    const iam = new IamDesk({ apiKey: key });
    await using server = await watsonxServer({ iam });
    server.reply({ deltas: ['One came.'] });
    const ibm = { WATSONX_AI_APIKEY: key, WATSONX_AI_AUTH_URL: server.url };
    const ending = await runBin([...args, '--base-url', server.url], { env: { ...env, ...ibm } });
    expect([ending.code, ending.stderr, iam.exchanges]).toEqual([0, '', 1]);
    expect(ending.stdout).toMatch(/^One came\.\n/);
  });

  it('says what is missing, and asks nobody', async () => {
    const lost = await runBin(args, { env });
    expect(lost).toMatchObject({ code: 3, stdout: '' });
    expect(lost.stderr).toMatch(/^error \(invalid_request\): watsonx: there is no address\..*WATSONX_AI_URL/);
    const where = ['--base-url', 'https://us-south.ml.cloud.ibm.com'];
    const locked = await runBin([...args, ...where], { env });
    expect(locked.stderr).toMatch(/^error \(authentication\): watsonx: there is no key\..*WATSONX_AI_APIKEY/);
  });
});
