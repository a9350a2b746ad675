import { inspect } from 'node:util';
import { openaiServer } from '@melliflow/backend-conformance/servers';
import { OpenAI as OpenAI6 } from 'openai-6';
import { OpenAI as OpenAI7 } from 'openai-7';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBackend, OpenAIBackend, type OpenAISettings } from '../src/index.js';
import { ask } from './ask.js';

const variables = [
  'OPENAI_API_KEY',
  'OPENAI_BASE_URL',
  'OPENAI_ORG_ID',
  'OPENAI_PROJECT_ID',
  'OPENAI_CUSTOM_HEADERS',
] as const;

beforeEach(() => {
  for (const name of variables) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('settings', () => {
  const client = new OpenAI6({ apiKey: 'sk-given-key' });

  it.each([
    [{ modelId: '' }, 'OpenAIBackend: modelId must be the name of a model; got string "".'],
    [{ baseURL: 'localhost' }, 'baseURL must be an absolute http or https URL'],
    [{ apiKey: '' }, 'apiKey must be a key (plain characters, no spaces or line ends)'],
    [{ apiKey: 'sk-key\n' }, 'apiKey must be a key'],
    [{ apiKey: 5 }, 'apiKey must be a key'],
    [{ timeouts: { idleMs: 0 } }, 'timeouts.idleMs must be'],
    [{ retry: { attempts: 0 } }, 'retry.attempts must be'],
    [{ formatter: {} }, 'formatter must be a ChatFormatter'],
    [{ maxTokensField: 'tokens' }, "maxTokensField must be 'max_tokens'"],
    [{ strictFormat: 1 }, 'strictFormat must be a boolean'],
    [{ rawBatch: 'no' }, 'rawBatch must be a boolean'],
    [{ organization: '' }, 'organization must be a text or null'],
    [{ project: 5 }, 'project must be a text or null'],
    [{ defaultHeaders: 'a' }, 'defaultHeaders must be an object of texts'],
    [{ defaultHeaders: { a: 1 } }, "defaultHeaders['a'] must be a text that is not empty, on one line"],
    [{ defaultHeaders: { 'x-a': 'word\nx-b: c' } }, "defaultHeaders['x-a'] must be a text"],
    [{ defaultHeaders: { 'x:\n': 'word' } }, 'defaultHeaders has a name that no header can have'],
    [{ client: {} }, 'client must be a client of the openai package'],
    [{ client, apiKey: 'sk-key', baseURL: 'http://a/' }, 'baseURL, apiKey must be set on the client'],
  ])('%o are refused', (given, message) => {
    const settings = { modelId: 'm', ...given } as unknown as OpenAISettings;
    expect(() => new OpenAIBackend(settings)).toThrow(message);
  });

  it.each([{ apiKey: ['sk-secret-key'] }, { defaultHeaders: { a: 'sk-secret-key\n' } }])(
    'never show a key that is refused',
    (given) => {
      const settings = { modelId: 'm', ...given } as unknown as OpenAISettings;
      expect(() => new OpenAIBackend(settings)).toThrow(/^((?!sk-secret-key).)*$/);
    },
  );

  it('are what they were when the backend was made', () => {
    const modelOptions = { seed: 1 };
    const backend = new OpenAIBackend({ modelId: 'm', modelOptions });
    modelOptions.seed = 2;
    expect(backend.modelOptions).toEqual({ seed: 1 });
  });

  it('name the secrets of a client too', () => {
    const headers = { authorization: 'Basic gateway-word-7', 'x-corp': 'corp-secret-98765' };
    for (const defaultHeaders of [headers, new Headers(headers), Object.entries(headers)]) {
      for (const Client of [OpenAI6, OpenAI7]) {
        const own = new Client({ apiKey: 'sk-given-key', defaultHeaders: defaultHeaders as never });
        const secrets = new OpenAIBackend({ modelId: 'm', client: own })._secrets();
        expect(secrets).toEqual(
          expect.arrayContaining(['sk-given-key', 'gateway-word-7', 'corp-secret-98765']),
        );
      }
    }
  });

  it('give what callers may look at', () => {
    const backend = createBackend({ modelId: 'm', modelOptions: { seed: 1 }, client, maxConcurrency: 3 });
    expect(backend).toBeInstanceOf(OpenAIBackend);
    expect([backend.provider, backend.modelId, backend.maxConcurrency]).toEqual(['openai', 'm', 3]);
    expect(backend.modelOptions).toEqual({ seed: 1 });
    expect(backend._secrets()).toEqual(['sk-given-key']);
    expect(Object.values(backend.capabilities).filter((has) => !has)).toHaveLength(1);
  });
});

describe('the environment', () => {
  const settings = { modelId: 'm', retry: { attempts: 1 } };

  it('gives key, address and accounts', async () => {
    await using server = await openaiServer();
    server.reply({ deltas: ['ok'] });
    vi.stubEnv('OPENAI_API_KEY', 'sk-env-key-1');
    vi.stubEnv('OPENAI_BASE_URL', server.baseURL);
    vi.stubEnv('OPENAI_ORG_ID', 'org-1');
    vi.stubEnv('OPENAI_PROJECT_ID', 'proj-1');
    const backend = new OpenAIBackend(settings);
    expect((await ask(backend)).text).toBe('ok');
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer sk-env-key-1',
      'openai-organization': 'org-1',
      'openai-project': 'proj-1',
    });
    expect(backend._secrets()).toEqual(['sk-env-key-1']);
    await ask(new OpenAIBackend({ ...settings, organization: null, project: 'proj-2' }));
    expect(server.requests[1]?.headers).not.toHaveProperty('openai-organization');
    expect(server.requests[1]?.headers).toMatchObject({ 'openai-project': 'proj-2' });
  });

  it('that names another key later leaves the one that the client sends a secret', async () => {
    await using server = await openaiServer();
    server.reply({ deltas: ['ok'] });
    vi.stubEnv('OPENAI_API_KEY', 'sk-env-key-1');
    vi.stubEnv('OPENAI_BASE_URL', server.baseURL);
    const backend = new OpenAIBackend(settings);
    await ask(backend);
    vi.stubEnv('OPENAI_API_KEY', 'sk-env-key-2');
    expect(backend._secrets()).toEqual(['sk-env-key-1', 'sk-env-key-2']);
  });

  it('does not tell its accounts to a server that the settings name; settings win', async () => {
    await using server = await openaiServer();
    server.reply({ deltas: ['ok'] });
    vi.stubEnv('OPENAI_API_KEY', 'sk-env-key-1');
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9/v1');
    vi.stubEnv('OPENAI_ORG_ID', 'org-1');
    vi.stubEnv('OPENAI_PROJECT_ID', 'proj-1');
    await ask(new OpenAIBackend({ ...settings, baseURL: `${server.baseURL}/`, apiKey: 'sk-own-key' }));
    const { headers } = server.requests[0] ?? {};
    expect(headers).toMatchObject({ authorization: 'Bearer sk-own-key' });
    expect(headers).not.toHaveProperty('openai-organization');
    expect(headers).not.toHaveProperty('openai-project');
  });

  it('gives headers, but not to a server that the settings name, and they are secret', async () => {
    await using server = await openaiServer();
    server.reply({ deltas: ['ok'] });
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'x-corp: corp-secret-98765\nX-Team: blue');
    vi.stubEnv('OPENAI_BASE_URL', server.baseURL);
    const backend = new OpenAIBackend(settings);
    await ask(backend);
    expect(server.requests[0]?.headers).toMatchObject({ 'x-corp': 'corp-secret-98765', 'x-team': 'blue' });
    expect(backend._secrets()).toEqual(['corp-secret-98765']);
    const baseURL = `${server.url}/other/v1`;
    await ask(new OpenAIBackend({ ...settings, baseURL, defaultHeaders: { 'x-team': 'red' } }));
    expect(server.otherRequests.concat(server.requests).at(-1)?.path).toContain('/other/');
    const { headers = {} } = server.otherRequests.concat(server.requests).at(-1) ?? {};
    expect(headers).toMatchObject({ 'x-team': 'red' });
    expect(headers).not.toHaveProperty('x-corp');
  });

  it('may hold an address that is none', async () => {
    vi.stubEnv('OPENAI_BASE_URL', 'localhost');
    const { error } = await ask(new OpenAIBackend(settings));
    expect(error?.message).toContain('OPENAI_BASE_URL) must be an absolute http or https URL');
  });

  it('may have no key for a server of one’s own', async () => {
    await using server = await openaiServer();
    server.reply({ deltas: ['ok'] });
    await ask(new OpenAIBackend({ ...settings, baseURL: server.baseURL }));
    expect(server.requests[0]?.headers.authorization).toBe('Bearer none');
  });

  it('keeps its key from a server that the settings name, and a 401 says so', async () => {
    await using server = await openaiServer();
    server.reply({ fault: { kind: 'status', status: 401, message: 'no' } });
    vi.stubEnv('OPENAI_API_KEY', 'sk-env-key-1');
    const { error } = await ask(new OpenAIBackend({ ...settings, baseURL: server.baseURL }));
    expect(server.requests[0]?.headers.authorization).toBe('Bearer none');
    expect(error?.message).toBe(
      'openai: no (HTTP 401; give apiKey: OPENAI_API_KEY does not go to a baseURL of the settings)',
    );
    const own = await ask(new OpenAIBackend({ ...settings, baseURL: server.baseURL, apiKey: 'sk-own-key' }));
    expect(own.error?.message).toBe('openai: no (HTTP 401; check apiKey)');
  });

  it('gives its key to the server that it names, also when the settings name it', async () => {
    await using server = await openaiServer();
    server.reply({ deltas: ['ok'] });
    vi.stubEnv('OPENAI_API_KEY', 'sk-env-key-1');
    vi.stubEnv('OPENAI_BASE_URL', server.baseURL);
    await ask(new OpenAIBackend({ ...settings, baseURL: `${server.baseURL}/` }));
    expect(server.requests[0]?.headers.authorization).toBe('Bearer sk-env-key-1');
  });

  it('gives its key to OpenAI, also when the settings name it', async () => {
    const fetch = vi.fn(async (..._: Parameters<typeof globalThis.fetch>) =>
      Response.json({ choices: [{ message: { content: 'ok' }, finish_reason: 'stop' }] }),
    );
    vi.stubEnv('OPENAI_API_KEY', 'sk-env-key-1');
    await ask(new OpenAIBackend({ ...settings, baseURL: 'https://api.openai.com/v1/', fetch }));
    const sent = new Headers(fetch.mock.calls[0]?.[1]?.headers);
    expect(sent.get('authorization')).toBe('Bearer sk-env-key-1');
  });

  it('without a key for OpenAI is an AuthenticationError before any request, until there is one', async () => {
    const fetch = vi.fn(async () =>
      Response.json({ choices: [{ message: { content: 'ok' }, finish_reason: 'stop' }] }),
    );
    const backend = new OpenAIBackend({ ...settings, fetch });
    const { error } = await ask(backend);
    expect([error?.code, fetch.mock.calls.length]).toEqual(['authentication', 0]);
    expect(error?.message).toBe('openai: there is no key. Give apiKey, or set OPENAI_API_KEY.');
    vi.stubEnv('OPENAI_API_KEY', 'sk-late-key-1');
    expect((await ask(backend)).text).toBe('ok');
  });
});

it('a backend that is printed or serialised shows no key, before a call and after it', async () => {
  await using server = await openaiServer();
  server.reply({ deltas: ['ok'] });
  const backend = new OpenAIBackend({
    modelId: 'm',
    apiKey: async () => 'sk-fresh-key-1',
    defaultHeaders: { 'x-gateway': 'gateway-key-1' },
    baseURL: server.baseURL,
  });
  for (const _ of [1, 2]) {
    expect(inspect(backend, { depth: 20 }) + JSON.stringify(backend)).not.toMatch(
      /sk-fresh-key-1|gateway-key-1/,
    );
    await ask(backend);
  }
});

it('the address of the environment must hold no password, which the error does not show', async () => {
  vi.stubEnv('OPENAI_BASE_URL', 'https://me:hidden-word@gateway.lan/v1');
  const { error } = await ask(new OpenAIBackend({ modelId: 'm', apiKey: 'sk-test-key-1' }));
  expect(error?.message).toContain('baseURL (or OPENAI_BASE_URL) must hold no user and password');
  expect(inspect(error, { depth: 20 })).not.toContain('hidden-word');
  vi.unstubAllEnvs();
});
