import { inspect } from 'node:util';
import { ollamaServer } from '@melliflow/backend-conformance/servers';
import { Ollama } from 'ollama';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBackend, OllamaBackend, type OllamaSettings } from '../src/index.js';
import { hostOf } from '../src/ollama-host.js';
import { ask } from './ask.js';

beforeEach(() => {
  for (const name of ['OLLAMA_HOST', 'OLLAMA_API_KEY']) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('settings', () => {
  it('are what they were when the backend was made', () => {
    const modelOptions = { seed: 1 };
    const backend = new OllamaBackend({ modelId: 'm', modelOptions });
    modelOptions.seed = 2;
    expect(backend.modelOptions).toEqual({ seed: 1 });
  });

  const client = new Ollama({ host: 'http://127.0.0.1:9', headers: { Authorization: 'Bearer given-key-1' } });

  it.each([
    [{ modelId: '' }, 'OllamaBackend: modelId must be the name of a model; got string "".'],
    [{ baseURL: 'localhost:11434' }, 'baseURL must be an absolute http or https URL'],
    [{ baseURL: 'http://h:1/v1/' }, 'without /v1, /api or a query; got "http://h:1/v1/"'],
    [{ baseURL: 'http://h:1/api' }, 'without /v1, /api or a query'],
    [{ baseURL: 'http://h:1?a=b' }, 'without /v1, /api or a query'],
    [{ baseURL: 'http://u:hidden@h:1' }, /baseURL must hold no user and password((?!hidden).)*$/],
    [{ apiKey: '' }, 'apiKey must be a key (plain characters, no spaces or line ends)'],
    [{ apiKey: 'key\n' }, 'apiKey must be a key'],
    [{ timeouts: { idleMs: 0 } }, 'timeouts.idleMs must be'],
    [{ retry: { attempts: 0 } }, 'retry.attempts must be'],
    [{ formatter: {} }, 'formatter must be a ChatFormatter'],
    [{ keepAlive: 'long' }, "keepAlive must be a duration such as '10m', or a number of seconds"],
    [{ keepAlive: Number.POSITIVE_INFINITY }, 'keepAlive must be'],
    [{ keepAlive: true }, 'keepAlive must be'],
    [{ client: {} }, 'client must be a client of the ollama package'],
    [{ client, apiKey: 'key', baseURL: 'http://a/' }, 'baseURL, apiKey must be set on the client'],
  ])('%o are refused', (given, message) => {
    const settings = { modelId: 'm', ...given } as unknown as OllamaSettings;
    expect(() => new OllamaBackend(settings)).toThrow(message);
  });

  it.each(['10m', '1h30m', '-1s', '500ms', 0, -1])('keepAlive may be %s', (keepAlive) => {
    expect(new OllamaBackend({ modelId: 'm', keepAlive })._settings.keepAlive).toBe(keepAlive);
  });

  it('give what callers may look at', () => {
    const backend = createBackend({ modelId: 'm', modelOptions: { seed: 1 }, client, maxConcurrency: 3 });
    expect(backend).toBeInstanceOf(OllamaBackend);
    expect([backend.provider, backend.modelId, backend.maxConcurrency]).toEqual(['ollama', 'm', 3]);
    expect(backend.modelOptions).toEqual({ seed: 1 });
    expect(Object.entries(backend.capabilities).filter(([, has]) => !has)).toEqual([
      ['rawBatch', false],
      ['toolChoice', false],
      ['prefill', false],
    ]);
  });

  it('hold secrets wherever they stand', () => {
    vi.stubEnv('OLLAMA_API_KEY', 'env-key-1');
    const secrets = (settings: Partial<OllamaSettings>) =>
      new OllamaBackend({ modelId: 'm', ...settings })._secrets();
    expect(secrets({ apiKey: 'own-key-1' })).toEqual(['own-key-1', 'env-key-1']);
    expect(secrets({ client })).toEqual(['env-key-1', 'given-key-1', 'Bearer given-key-1']);
    const listed = new Ollama({ headers: new Headers([['x-key', 'listed-key-1']]) });
    expect(secrets({ client: listed })).toContain('listed-key-1');
  });
});

describe('the host', () => {
  it.each([
    [undefined, 'http://127.0.0.1:11434'],
    ['', 'http://127.0.0.1:11434'],
    ['gpu.lan', 'http://gpu.lan:11434'],
    ['gpu.lan:8080', 'http://gpu.lan:8080'],
    [':8080', 'http://127.0.0.1:8080'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['http://0.0.0.0:8080', 'http://127.0.0.1:8080'],
    ['[::]:8080', 'http://[::1]:8080'],
    ['[::1]', 'http://[::1]:11434'],
    ['https://ollama.example/base', 'https://ollama.example/base'],
  ])('of OLLAMA_HOST %s is %s', (value, host) => {
    vi.stubEnv('OLLAMA_HOST', value);
    expect(hostOf(undefined)).toBe(host);
  });

  it('may be none, which is an error that names the variable', async () => {
    vi.stubEnv('OLLAMA_HOST', 'http://a b');
    const { error } = await ask(new OllamaBackend({ modelId: 'm', retry: { attempts: 1 } }));
    expect(error?.message).toContain('OLLAMA_HOST must be the address of a server');
  });

  it('of the environment is asked, unless the settings name one', async () => {
    await using server = await ollamaServer();
    server.reply({ deltas: ['ok'] });
    vi.stubEnv('OLLAMA_HOST', server.baseURL.replace('http://', ''));
    expect((await ask(new OllamaBackend({ modelId: 'm' }))).text).toBe('ok');
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
    vi.stubEnv('OLLAMA_HOST', '127.0.0.1:9');
    expect((await ask(new OllamaBackend({ modelId: 'm', baseURL: `${server.baseURL}/` }))).text).toBe('ok');
  });

  it('may have a path of its own, and port 80', async () => {
    const asked: string[] = [];
    const fetch = async (url: unknown) => {
      asked.push(String(url));
      return new Response('{"done":true}\n');
    };
    for (const baseURL of ['http://proxy.lan/models/', 'https://ollama.com']) {
      await ask(new OllamaBackend({ modelId: 'm', baseURL, fetch }));
    }
    expect(asked).toEqual(['http://proxy.lan:80/models/api/chat', 'https://ollama.com:443/api/chat']);
  });

  it('ollama.com gets the key of the environment, others do not', async () => {
    vi.stubEnv('OLLAMA_API_KEY', 'env-key-1');
    const sent: unknown[] = [];
    const fetch: typeof globalThis.fetch = async (_, init) => {
      sent.push(new Headers(init?.headers).get('authorization'));
      return new Response('{"done":true}\n');
    };
    for (const settings of [
      { baseURL: 'https://ollama.com' },
      { baseURL: 'https://ollama.com', apiKey: 'own-key-1' },
      { baseURL: 'http://gpu.lan:11434' },
    ]) {
      await ask(new OllamaBackend({ modelId: 'm', fetch, ...settings }));
    }
    expect(sent).toEqual(['Bearer env-key-1', 'Bearer own-key-1', null]);
  });
});

it('a backend that is printed or serialised shows no key, before a call and after it', async () => {
  await using server = await ollamaServer();
  server.reply({ deltas: ['ok'] });
  const backend = new OllamaBackend({ modelId: 'm', apiKey: 'ollama-key-1', baseURL: server.baseURL });
  for (const _ of [1, 2]) {
    expect(inspect(backend, { depth: 20 }) + JSON.stringify(backend)).not.toMatch(/ollama-key-1/);
    await ask(backend);
  }
});
