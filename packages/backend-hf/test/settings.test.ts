import { inspect } from 'node:util';
import { InferenceClient } from '@huggingface/inference';
import { hfServer, type WireServer } from '@melliflow/backend-conformance/servers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBackend, HfBackend, type HfSettings } from '../src/index.js';
import { ask, ctx } from './ask.js';
import { ownSdk, routerSdk } from './sdk.js';

const variables = ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN', 'HF_INFERENCE_ENDPOINT', 'HF_ENDPOINT'] as const;
const settings = { modelId: 'm', retry: { attempts: 1 } };
let server: WireServer;

beforeEach(async () => {
  for (const name of variables) vi.stubEnv(name, undefined);
  server = await hfServer();
  server.reply({ deltas: ['ok'] });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

describe('settings', () => {
  const client = new InferenceClient('hf_given_key', { endpointUrl: 'http://localhost' });

  it.each([
    [{ modelId: '' }, 'HfBackend: modelId must be the name of a model; got string "".'],
    [{ baseURL: 'localhost' }, 'baseURL must be an absolute http or https URL'],
    [{ baseURL: 'http://a/v1?b=c' }, 'baseURL must be without a query and a fragment'],
    [{ baseURL: 'http://a/#b' }, 'baseURL must be without a query and a fragment'],
    [{ apiKey: '' }, 'apiKey must be a key (plain characters, no spaces or line ends)'],
    [{ apiKey: 'hf_key\n' }, 'apiKey must be a key'],
    [{ apiKey: 5 }, 'apiKey must be a key'],
    [{ billTo: 'my org' }, 'billTo must be'],
    [{ timeouts: { idleMs: 0 } }, 'timeouts.idleMs must be'],
    [{ retry: { attempts: 0 } }, 'retry.attempts must be'],
    [{ formatter: {} }, 'formatter must be a ChatFormatter'],
    [{ rawBatch: 4 }, 'rawBatch must be a boolean'],
    [{ client: {} }, 'client must be a client of the @huggingface/inference package'],
    [{ client, apiKey: 'hf_key', billTo: 'org' }, 'apiKey, billTo must be set on the client'],
  ])('%o are refused', (given, message) => {
    expect(() => new HfBackend({ ...settings, ...given } as unknown as HfSettings)).toThrow(message);
  });

  it.each([
    { apiKey: ['hf_secret_key'] },
    { apiKey: 'hf_secret_key ' },
    { baseURL: 'http://user:hf_secret_key@host/v1' },
  ])('never show a key that is refused', (given) => {
    expect(() => new HfBackend({ ...settings, ...given } as unknown as HfSettings)).toThrow(
      /^((?!secret_key).)*$/,
    );
  });

  it('give what callers may look at', () => {
    const modelOptions = { seed: 1 };
    const backend = createBackend({ modelId: 'm', modelOptions, client, maxConcurrency: 3 });
    expect(backend).toBeInstanceOf(HfBackend);
    expect([backend.provider, backend.modelId, backend.maxConcurrency]).toEqual(['hf', 'm', 3]);
    modelOptions.seed = 2;
    expect(backend.modelOptions).toEqual({ seed: 1 });
    expect(backend._secrets()).toEqual(['hf_given_key', 'given_key']);
    expect(backend.capabilities).toMatchObject({ raw: true, rawBatch: true, prefill: false });
  });
});

describe('an endpoint', () => {
  const forms = ['', '/', '/v1', '/v1/', '/v1/chat/completions', '/v1/completions/'];

  it.each(forms)('may be given as its URL and "%s"', async (form) => {
    const endpointUrl = server.url + form;
    for (const backend of [
      new HfBackend({ ...settings, baseURL: endpointUrl }),
      new HfBackend({ ...settings, client: new InferenceClient('', { endpointUrl }) }),
    ]) {
      expect((await ask(backend)).text).toBe('ok');
      expect((await backend.generateFromRaw(['p'], ctx))[0]?.value).toBe('ok');
    }
    expect(server.requests.map(({ path }) => path)).toEqual([
      ...['/v1/chat/completions', '/v1/completions'],
      ...['/v1/chat/completions', '/v1/completions'],
    ]);
  });

  it('has paths of its own kept', async () => {
    const asked: unknown[] = [];
    const fetch: typeof globalThis.fetch = async (url) => {
      asked.push(url);
      return Response.json({ choices: [{ message: { content: 'ok' }, finish_reason: 'stop' }] });
    };
    for (const path of ['api', 'gate/chat/completions', 'models/m/v1']) {
      await ask(new HfBackend({ ...settings, baseURL: `https://host/${path}`, fetch }));
    }
    expect(asked).toEqual([
      'https://host/api/v1/chat/completions',
      'https://host/gate/chat/completions',
      'https://host/models/m/v1/chat/completions',
    ]);
  });

  it('is asked with any key, or with none', async () => {
    await ask(ownSdk.backend(server, { apiKey: 'my-own-key' }));
    await ask(new HfBackend({ ...settings, baseURL: server.url }));
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer my-own-key',
      undefined,
    ]);
    expect(server.requests[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^@huggingface\/inference\/4/),
    });
  });

  it.each(['/repository', 'https://host/m', 'tgi'])('may call its model %s', async (modelId) => {
    await ask(ownSdk.backend(server, { modelId }));
    expect(server.requests[0]?.body.model).toBe(modelId);
  });
});

describe('the router', () => {
  it('is asked without a look-up; the suffix of a provider stays, and so does who pays', async () => {
    expect((await ask(routerSdk.backend(server, { billTo: 'my-org' }))).text).toBe('ok');
    const [{ path, body, headers }] = server.requests as [WireServer['requests'][0]];
    expect([path, body.model]).toEqual(['/v1/chat/completions', 'org/m:together']);
    expect(headers).toMatchObject({ authorization: 'Bearer hf_test_key_1', 'x-hf-bill-to': 'my-org' });
    expect(server.otherRequests).toEqual([]);
  });

  it('is asked at its own address', async () => {
    const fetch = vi.fn(async () => Response.error());
    const baseURLs = [undefined, 'https://router.huggingface.co', 'https://router.huggingface.co/v1/'];
    for (const baseURL of baseURLs) {
      await ask(new HfBackend({ ...settings, apiKey: 'hf_test_key_1', baseURL, fetch }));
    }
    const asked = fetch.mock.calls as unknown as [string][];
    expect(new Set(asked.map(([url]) => url))).toEqual(
      new Set(['https://router.huggingface.co/v1/chat/completions']),
    );
    expect(fetch).toHaveBeenCalledTimes(3);
  });

  it('has no raw prompts, and nobody is asked for any', async () => {
    const backend = routerSdk.backend(server);
    expect(backend.capabilities).toMatchObject({ raw: false, rawBatch: false });
    await expect(backend.generateFromRaw(['p'], ctx)).rejects.toMatchObject({ code: 'unsupported_feature' });
    expect([...server.requests, ...server.otherRequests]).toEqual([]);
    const path = { baseURL: 'https://router.huggingface.co/featherless-ai/v1' };
    expect(new HfBackend({ ...settings, ...path }).capabilities.raw).toBe(true);
  });

  it('takes keys of Hugging Face alone', async () => {
    const { error } = await ask(routerSdk.backend(server, { apiKey: 'sk-of-another' }));
    expect(error?.code).toBe('authentication');
    expect(error?.message).toContain('The router takes keys of Hugging Face (hf_…) alone.');
    const { error: given } = await ask(new HfBackend({ ...settings, client: new InferenceClient('sk-1') }));
    expect([given?.code, server.requests]).toEqual(['authentication', []]);
  });

  it('without a key is an AuthenticationError before any request, until there is one', async () => {
    const backend = routerSdk.backend(server, { apiKey: undefined });
    const { error } = await ask(backend);
    expect([error?.code, server.requests]).toEqual(['authentication', []]);
    expect(error?.message).toBe('hf: there is no key for the router. Give apiKey, or set HF_TOKEN.');
    vi.stubEnv('HF_TOKEN', 'hf_late_key');
    expect((await ask(backend)).text).toBe('ok');
  });
});

describe('the environment', () => {
  it('gives the key for the router, by its name of now or of old', async () => {
    vi.stubEnv('HUGGING_FACE_HUB_TOKEN', 'hf_old_key_1');
    await ask(routerSdk.backend(server, { apiKey: undefined }));
    vi.stubEnv('HF_TOKEN', ' hf_new_key_1\n');
    const backend = routerSdk.backend(server, { apiKey: undefined });
    await ask(backend);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer hf_old_key_1',
      'Bearer hf_new_key_1',
    ]);
    expect(backend._secrets()).toEqual(['hf_new_key_1', 'new_key_1']);
  });

  it('gives an endpoint with its key; the address of the hub is none', async () => {
    vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:9');
    vi.stubEnv('HF_INFERENCE_ENDPOINT', server.url);
    vi.stubEnv('HF_TOKEN', 'hf_env_key_1');
    const backend = new HfBackend(settings);
    await ask(backend);
    expect(server.requests[0]?.headers.authorization).toBe('Bearer hf_env_key_1');
    expect(backend.capabilities.raw).toBe(true);
  });

  it('gives no key to an endpoint that the settings name; the error of that says so', async () => {
    await using strict = await hfServer({ apiKey: 'hf_other' });
    strict.reply({ deltas: ['ok'] });
    vi.stubEnv('HF_TOKEN', 'hf_env_key_1');
    const { error } = await ask(new HfBackend({ ...settings, baseURL: strict.url }));
    expect(strict.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(error?.message).toContain('HF_TOKEN does not go to a baseURL of the settings');
    vi.stubEnv('HF_INFERENCE_ENDPOINT', `${server.url}/v1/`);
    await ask(new HfBackend({ ...settings, baseURL: `${server.url}/v1` }));
    expect(server.requests[0]?.headers.authorization).toBe('Bearer hf_env_key_1');
    const sent: unknown[] = [];
    const fetch: typeof globalThis.fetch = async (_, init) => {
      sent.push(new Headers(init?.headers).get('authorization'));
      return Response.error();
    };
    await ask(new HfBackend({ ...settings, baseURL: 'https://router.huggingface.co/together/v1', fetch }));
    await ask(new HfBackend({ ...settings, baseURL: 'http://router.huggingface.co/v1', fetch }));
    expect(sent).toEqual(['Bearer hf_env_key_1', null]);
  });

  it('may hold an address that is none', async () => {
    vi.stubEnv('HF_INFERENCE_ENDPOINT', 'localhost');
    const { error } = await ask(new HfBackend(settings));
    expect(error?.message).toContain(
      '(HF_INFERENCE_ENDPOINT, or endpointUrl of the client) must be an absolute',
    );
  });
});

it('a backend that is printed or serialised shows no key, before a call and after it', async () => {
  await using server = await hfServer();
  server.reply({ deltas: ['ok'] });
  const backend = new HfBackend({ modelId: 'm', apiKey: 'hf_test_key_1', baseURL: server.url });
  for (const _ of [1, 2]) {
    expect(inspect(backend, { depth: 20 }) + JSON.stringify(backend)).not.toMatch(/test_key_1/);
    await ask(backend);
  }
});
