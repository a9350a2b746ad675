import type { RequestListener, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../src/doctor/endpoints.js';
import { lookAtServers } from '../src/doctor/server-findings.js';
import { lookAtServer } from '../src/doctor/server-look.js';
import { json, modelList as models, serve } from './support/loopback.js';

const noOllama: Environment = { OLLAMA_HOST: 'http://127.0.0.1:1' };

async function findings(url: string, env: Environment = noOllama, timeoutMs = 5000) {
  const look = await lookAtServers({ urls: [url], env, timeoutMs, wantsOllama: false });
  return look.findings.filter(({ subject }) => subject === url);
}

/** An address at which nothing listens any more. */
async function unreachable(): Promise<{ readonly url: string }> {
  await using server = await serve(() => undefined);
  return server;
}

describe('a server', () => {
  it.each([
    [
      'ollama',
      { '/api/tags': { models: [{ name: 'qwen3:8b' }] }, '/v1/models': models('qwen3:8b') },
      ['qwen3:8b'],
    ],
    ['openai', { '/v1/models': models('a', 'b') }, ['a', 'b']],
    ['tgi', { '/info': { model_id: 'meta/llama' }, '/v1/models': models('meta/llama') }, ['meta/llama']],
  ])(
    'of %s is known by its wire, with and without /v1, and no connection stays open',
    async (kind, answers, names) => {
      for (const path of ['', '/', '/v1', '/v1/']) {
        await using server = await serve(json(answers));
        const look = await lookAtServer(server.url + path, {}, 5000);
        expect(look).toMatchObject({ kind, models: names, modelCount: names.length, why: null });
        expect(look.url).toBe(server.url + path.replace(/\/$/, ''));
        await server.left();
      }
    },
  );

  it('with many models tells the first few and how many there are', async () => {
    await using server = await serve(json({ '/v1/models': models(...'abcdefgh') }));
    expect(await findings(server.url)).toMatchObject([
      { level: 'ok', code: 'server.models', message: "OpenAI's wire: a, b, c, d, e and 3 more" },
    ]);
  });

  it('of Ollama is found by OLLAMA_HOST, and told when it has no model', async () => {
    await using server = await serve(json({ '/api/tags': { models: [] } }));
    const env = { OLLAMA_HOST: new URL(server.url).host };
    const look = await lookAtServers({ urls: [], env, timeoutMs: 5000, wantsOllama: false });
    expect(look.findings).toMatchObject([
      { level: 'note', code: 'server.no_models', fix: 'ollama pull granite4:micro' },
    ]);
    expect(look.servers).toEqual([{ url: server.url, kind: 'ollama', models: [], modelCount: 0 }]);
  });

  it('of Ollama that does not run is a problem for who named it alone', async () => {
    const look = await lookAtServers({ urls: [], env: noOllama, timeoutMs: 5000, wantsOllama: false });
    expect(look).toMatchObject({ servers: [], findings: [{ level: 'problem', fix: 'ollama serve' }] });
  });

  it('that cannot be reached is a problem, with why', async () => {
    const server = await unreachable();
    expect(await findings(`${server.url}/v1`)).toMatchObject([
      {
        level: 'problem',
        code: 'server.unreachable',
        message: 'It cannot be asked: nothing listens there.',
        fix: `curl -i ${server.url}/v1/models`,
      },
    ]);
  });
});

describe('a hostile server does no harm:', () => {
  it('it names a model by the key, where the name is cut', async () => {
    const key = 'sk-not-to-be-shown';
    await using server = await serve(json({ '/v1/models': models(`${'x'.repeat(75)}${key}`) }));
    const env = { OPENAI_API_KEY: key, OPENAI_BASE_URL: `${server.url}/v1` };
    const { models: names } = await lookAtServer(`${server.url}/v1`, env, 5000);
    expect(names).toEqual([`${'x'.repeat(75)}[hidd…`]);
  });

  const endless = (response: ServerResponse): void => {
    const write = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    };
    response.on('drain', write);
    write();
  };
  const hosts: readonly [string, RequestListener, unknown, number?][] = [
    ['it stalls', () => undefined, 'It cannot be asked: no answer within 100 ms.', 100],
    [
      'it stalls amid its answer',
      (_, response) => void response.write('{"data":['),
      'It cannot be asked: no answer within 100 ms.',
      100,
    ],
    [
      'it changes the protocol',
      ({ socket }) =>
        void socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
      'It cannot be asked: the connection fails (closed).',
    ],
    [
      'it never ends its answer',
      ({ socket }) => void socket.write('HTTP/1.1 200 OK\r\n\r\n{"data":[]}'),
      'It cannot be asked: no answer within 100 ms.',
      100,
    ],
    [
      'it sends without an end',
      (_, response) => endless(response),
      'It speaks no wire that we know: its answer is longer than 4 MB.',
    ],
    [
      'it is a web page',
      (_, response) => void response.end('<html>'),
      'It speaks no wire that we know: its answer is no JSON.',
    ],
    [
      'it is JSON of another kind',
      (_, response) => void response.end('[null]'),
      'It speaks no wire that we know: its answer lists no models.',
    ],
    [
      'it fails',
      (_, response) => void response.writeHead(500).end(),
      'It speaks no wire that we know: it answers 500.',
    ],
    [
      'it hangs up',
      (request) => void request.socket.destroy(),
      expect.stringMatching(/^It cannot be asked: the connection fails \(\w+\)\.$/),
    ],
    [
      'it leads elsewhere',
      (_, response) => void response.writeHead(307, { location: '/else' }).end(),
      'It speaks no wire that we know: it leads elsewhere, where nobody follows.',
    ],
  ];

  it.each(hosts)('%s', async (_, listener, message, timeoutMs = 5000) => {
    await using server = await serve(listener);
    const [found] = await findings(server.url, noOllama, timeoutMs);
    expect(found).toMatchObject({ level: 'problem', message });
    expect(server.requests.map(({ url }) => url)).not.toContain('/else');
    await server.left();
  });

  it('its lists hold what is no model', async () => {
    const data = [null, 1, 'x', { id: 2 }, { id: 'y'.repeat(200) }];
    await using server = await serve(json({ '/v1/models': { data } }));
    const look = await lookAtServer(server.url, {}, 5000);
    expect(look).toMatchObject({ models: [`${'y'.repeat(80)}…`], modelCount: 1 });
  });
});

describe('a key of the environment', () => {
  const key = 'sk-secret-of-the-account';

  it.each([
    ['OPENAI_API_KEY', 'OPENAI_BASE_URL', '/v1'],
    ['HF_TOKEN', 'HF_INFERENCE_ENDPOINT', ''],
  ])('%s goes to the endpoint that %s names, with the list of models alone', async (name, address, path) => {
    await using server = await serve(json({ '/v1/models': models('m') }));
    await lookAtServer(`${server.url}/v1`, { [name]: key, [address]: server.url + path }, 5000);
    const sent = server.requests.map(({ url, headers }) => [url, headers.authorization]);
    expect(sent).toHaveLength(3);
    expect(sent.filter(([, authorization]) => authorization)).toEqual([['/v1/models', `Bearer ${key}`]]);
  });

  it('goes to no other server', async () => {
    await using server = await serve((_, response) => void response.writeHead(401).end());
    const env = {
      ...noOllama,
      OPENAI_API_KEY: key,
      HF_TOKEN: key,
      WATSONX_AI_APIKEY: key,
      OPENAI_BASE_URL: 'http://127.0.0.1:1/v1',
    };
    expect(await findings(server.url, env)).toMatchObject([
      { level: 'note', code: 'server.wants_key', fix: `export OPENAI_BASE_URL=${server.url}/v1` },
    ]);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('that is refused is told by its name', async () => {
    await using server = await serve((_, response) => void response.writeHead(401).end());
    const env = { ...noOllama, OPENAI_API_KEY: key, OPENAI_BASE_URL: `${server.url}/v1/` };
    const found = await findings(`${server.url}/v1`, env);
    expect(found).toMatchObject([
      { level: 'problem', code: 'server.key_refused', message: 'It refuses the key of OPENAI_API_KEY.' },
    ]);
  });
});
