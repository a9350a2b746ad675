import { inspect } from 'node:util';
import { WatsonXAI } from '@ibm-cloud/watsonx-ai';
import {
  BasicAuthenticator,
  BearerTokenAuthenticator,
  IamAuthenticator,
} from '@ibm-cloud/watsonx-ai/authentication';
import { IamDesk, watsonxServer } from '@melliflow/backend-conformance/servers';
import { describe, expect, it, vi } from 'vitest';
import { createBackend, WatsonxBackend, type WatsonxSettings } from '../src/index.js';
import { credentialsOf } from '../src/watsonx-credentials.js';
import { accountOf, serviceUrlOf } from '../src/watsonx-endpoint.js';
import { ask } from './ask.js';
import { withCleanEnvironment } from './clean-environment.js';
import { keySdk } from './sdk.js';

withCleanEnvironment();

const once = { retry: { attempts: 1 } };
const sdkClient = (authenticator: object, more: object = {}) =>
  new WatsonXAI({
    version: '2026-08-05',
    serviceUrl: 'http://127.0.0.1:9',
    authenticator: authenticator as BearerTokenAuthenticator,
    ...more,
  });
const bearer = new BearerTokenAuthenticator({ bearerToken: 'given-token-1' });

describe('settings', () => {
  const client = sdkClient(bearer);

  it.each([
    [null, 'WatsonxBackend: settings must be'],
    [{ modelId: '' }, 'WatsonxBackend: modelId must be the name of a model; got string "".'],
    [{ modelId: undefined }, 'modelId must be the name of a model'],
    [{ modelId: undefined, deployment: '' }, 'deployment must be a text; got string "".'],
    [{ deployment: 5 }, 'deployment must be a text'],
    [{ baseURL: 'us-south' }, 'baseURL must be an absolute http or https URL'],
    [{ iamUrl: 'iam.cloud.ibm.com' }, 'iamUrl must be an absolute http or https URL'],
    [{ iamUrl: 'https://me:hidden-word@iam.lan' }, 'iamUrl must hold no user and password'],
    [{ baseURL: 'https://me:hidden-word@wx.lan' }, 'baseURL must hold no user and password'],
    [{ apiKey: '' }, 'apiKey must be a key (plain characters, no spaces or line ends)'],
    [{ apiKey: 'key\n' }, 'apiKey must be a key'],
    [{ bearerToken: 'a b' }, 'bearerToken must be a key'],
    [{ apiKey: 'key', bearerToken: 'token' }, 'give apiKey or bearerToken, not both'],
    [{ projectId: 'p', spaceId: 's' }, 'give projectId or spaceId, not both'],
    [{ projectId: '' }, 'projectId must be a text'],
    [{ version: 'latest' }, "version must be a date such as '2026-08-05'"],
    [{ timeouts: { idleMs: 0 } }, 'timeouts.idleMs must be'],
    [{ retry: { attempts: 0 } }, 'retry.attempts must be'],
    [{ formatter: {} }, 'formatter must be a ChatFormatter'],
    [{ fetch: globalThis.fetch }, 'fetch cannot be used, since the SDK does not; give a client'],
    [{ client: {} }, 'client must be a client of the SDK (new WatsonXAI(…))'],
    [{ client, apiKey: 'key', version: '2026-08-05' }, 'apiKey, version must be set on the client'],
  ])('%o are refused', (given, message) => {
    const settings = (given && { modelId: 'm', ...given }) as unknown as WatsonxSettings;
    expect(() => new WatsonxBackend(settings)).toThrow(message);
  });

  it('never show a key that is refused', () => {
    const settings = { modelId: 'm', apiKey: ['secret-key-1'] } as unknown as WatsonxSettings;
    expect(() => new WatsonxBackend(settings)).toThrow(/^((?!secret-key-1).)*$/);
  });

  it('give what callers may look at', () => {
    const modelOptions = { seed: 1 };
    const backend = createBackend(Object.freeze({ modelId: 'm', modelOptions, client, maxConcurrency: 3 }));
    expect(backend).toBeInstanceOf(WatsonxBackend);
    expect([backend.provider, backend.modelId, backend.maxConcurrency]).toEqual(['watsonx', 'm', 3]);
    expect(backend.modelOptions).toEqual({ seed: 1 });
    expect(backend.modelOptions).not.toBe(modelOptions);
    expect(Object.entries(backend.capabilities).filter(([, has]) => !has)).toEqual([
      ['rawBatch', false],
      ['prefill', false],
    ]);
  });

  it('hold secrets wherever they stand', () => {
    const secrets = (settings: Partial<WatsonxSettings>) =>
      new WatsonxBackend({ modelId: 'm', ...settings })._secrets();
    expect(secrets({ apiKey: 'own-key-1' })).toEqual(['own-key-1']);
    expect(secrets({ bearerToken: 'own-token-1' })).toEqual(['own-token-1']);
    expect(secrets({ client })).toEqual(['given-token-1']);
    const iam = new IamAuthenticator({
      apikey: 'given-key-1',
      clientId: 'id',
      clientSecret: 'given-secret-1',
    });
    expect(secrets({ client: sdkClient(iam) })).toEqual(['given-key-1', 'given-secret-1']);
    const basic = new BasicAuthenticator({ username: 'me', password: 'given-word-1' });
    const word = Buffer.from('me:given-word-1').toString('base64');
    const headers = { 'x-gateway': 'given-header-1' };
    expect(secrets({ client: sdkClient(basic, { headers }) })).toEqual(
      expect.arrayContaining([word, `Basic ${word}`, 'given-header-1']),
    );
    vi.stubEnv('WATSONX_AI_APIKEY', 'env-key-1');
    vi.stubEnv('WATSONX_AI_BEARER_TOKEN', 'env-token-1');
    expect(secrets({})).toEqual(['env-key-1', 'env-token-1']);
  });
});

describe('the address', () => {
  it('has no default: the SDK would ask a region of its own choice', async () => {
    const { error } = await ask(new WatsonxBackend({ modelId: 'm', projectId: 'p', ...once }));
    expect([error?.code, error?.message]).toEqual([
      'invalid_request',
      'watsonx: there is no address. Give baseURL, such as https://us-south.ml.cloud.ibm.com, or set WATSONX_AI_URL.',
    ]);
  });

  it('of the environment is asked, unless the settings name one', async () => {
    await using server = await watsonxServer();
    server.reply({ deltas: ['ok'] });
    const settings = { modelId: 'm', projectId: 'p', bearerToken: 'own-token-1', ...once };
    const backend = new WatsonxBackend(settings);
    expect((await ask(backend)).error?.code).toBe('invalid_request');
    vi.stubEnv('WATSONX_AI_URL', `${server.url}/`);
    expect((await ask(backend)).text).toBe('ok');
    vi.stubEnv('WATSONX_AI_URL', 'http://127.0.0.1:9');
    const named = new WatsonxBackend({ ...settings, baseURL: `${server.url}/`, version: '2024-05-31' });
    expect((await ask(named)).text).toBe('ok');
    expect(server.requests.map(({ query }) => query.version)).toEqual(['2026-08-05', '2024-05-31']);
  });

  it('may stand under the name that other tools of IBM use, and be none', () => {
    vi.stubEnv('WATSONX_URL', 'https://eu-de.ml.cloud.ibm.com');
    expect(serviceUrlOf({ modelId: 'm' })).toBe('https://eu-de.ml.cloud.ibm.com');
    vi.stubEnv('WATSONX_AI_URL', 'eu-de');
    expect(() => serviceUrlOf({ modelId: 'm' })).toThrow(
      'WATSONX_AI_URL must be an absolute http or https URL',
    );
  });

  it('may have a path, and be reached through the proxy of the environment', async () => {
    await using server = await watsonxServer();
    server.reply({ deltas: ['ok'] });
    for (const name of ['NO_PROXY', 'no_proxy', 'http_proxy']) vi.stubEnv(name, undefined);
    vi.stubEnv('HTTP_PROXY', server.url);
    const settings = { modelId: 'm', projectId: 'p', bearerToken: 'own-token-1', ...once };
    const backend = new WatsonxBackend({ ...settings, baseURL: 'http://watsonx.example' });
    expect((await ask(backend)).text).toBe('ok');
    expect(server.requests[0]?.headers.host).toBe('watsonx.example');
  });
});

describe('the account', () => {
  it('is the project or the space, of the settings before the environment', () => {
    vi.stubEnv('WATSONX_AI_PROJECT_ID', 'env-project');
    expect(accountOf({ modelId: 'm' })).toEqual({ projectId: 'env-project' });
    expect(accountOf({ modelId: 'm', spaceId: 's' })).toEqual({ spaceId: 's' });
    vi.stubEnv('WATSONX_AI_SPACE_ID', 'env-space');
    expect(accountOf({ modelId: 'm', projectId: 'p' })).toEqual({ projectId: 'p' });
    expect(() => accountOf({ modelId: 'm' })).toThrow(
      'watsonx: WATSONX_AI_PROJECT_ID and WATSONX_AI_SPACE_ID are both set; give one of them.',
    );
  });

  it('that is missing is said before any request', async () => {
    await using server = await watsonxServer();
    const settings = { modelId: 'm', baseURL: server.url, bearerToken: 'own-token-1', ...once };
    const { error } = await ask(new WatsonxBackend(settings));
    expect([error?.code, error?.message]).toEqual([
      'invalid_request',
      'watsonx: there is no project. Give projectId or spaceId, or set WATSONX_AI_PROJECT_ID or WATSONX_AI_SPACE_ID.',
    ]);
    expect(server.requests).toEqual([]);
  });

  it('of a client is the client’s, unless the settings name one', async () => {
    await using server = await watsonxServer();
    server.reply({ deltas: ['ok'] });
    const client = sdkClient(bearer, { serviceUrl: server.url, spaceId: 'of-client' });
    vi.stubEnv('WATSONX_AI_PROJECT_ID', 'env-project');
    await ask(new WatsonxBackend({ modelId: 'm', client, ...once }));
    await ask(new WatsonxBackend({ modelId: 'm', client, projectId: 'own', ...once }));
    const accounts = server.requests.map(({ body: { project_id, space_id } }) => ({ project_id, space_id }));
    expect(accounts).toEqual([{ space_id: 'of-client' }, { project_id: 'own' }]);
  });
});

describe('the credentials', () => {
  const of = (settings: Partial<WatsonxSettings> = {}) => credentialsOf({ modelId: 'm', ...settings });
  const elsewhere = { baseURL: 'http://gateway.lan' };

  it('are those of the settings, then those of the environment', () => {
    vi.stubEnv('WATSONX_API_KEY', 'env-key-0');
    expect(of()).toEqual({ apiKey: 'env-key-0', iamUrl: undefined });
    vi.stubEnv('WATSONX_AI_APIKEY', 'env-key-1');
    vi.stubEnv('WATSONX_AI_BEARER_TOKEN', 'env-token-1');
    vi.stubEnv('WATSONX_AI_AUTH_URL', 'https://iam.test.cloud.ibm.com');
    expect(of()).toEqual({ apiKey: 'env-key-1', iamUrl: 'https://iam.test.cloud.ibm.com' });
    vi.stubEnv('WATSONX_AI_AUTH_TYPE', 'bearertoken');
    expect(of()).toEqual({ bearerToken: 'env-token-1' });
    vi.stubEnv('WATSONX_AI_AUTH_TYPE', 'noauth');
    expect(of()).toBeNull();
    expect(of({ apiKey: 'own-key-1', iamUrl: 'http://iam.lan' })).toEqual({
      apiKey: 'own-key-1',
      iamUrl: 'http://iam.lan',
    });
    expect(of({ bearerToken: 'own-token-1' })).toEqual({ bearerToken: 'own-token-1' });
  });

  it('of the environment go to IBM, and to the server that the environment names, and to nobody else', () => {
    vi.stubEnv('WATSONX_AI_APIKEY', 'env-key-1');
    vi.stubEnv('WATSONX_AI_URL', 'http://Gateway.lan:80/');
    const used = (settings: Partial<WatsonxSettings>) => of(settings) !== null;
    expect(used({ baseURL: 'https://eu-de.ml.cloud.ibm.com' })).toBe(true);
    expect(used({ baseURL: 'https://ap-south-1.aws.wxai.ibm.com' })).toBe(true);
    expect(used(elsewhere)).toBe(true);
    expect(used({ baseURL: 'http://other.lan' })).toBe(false);
    expect(used({ baseURL: 'http://gateway.lan/elsewhere' })).toBe(false);
    expect(used({ baseURL: 'https://cloud.ibm.com.evil.example' })).toBe(false);
    expect(used({ baseURL: 'https://evilcloud.ibm.com' })).toBe(false);
    expect(used({ iamUrl: 'http://iam.lan' })).toBe(false);
    expect(used({ ...elsewhere, iamUrl: 'https://iam.test.cloud.ibm.com' })).toBe(true);
  });

  it('that are missing are said before any request, but a server of one’s own may want none', async () => {
    const { error } = await ask(
      new WatsonxBackend({
        modelId: 'm',
        projectId: 'p',
        baseURL: 'https://eu-de.ml.cloud.ibm.com',
        ...once,
      }),
    );
    expect([error?.code, error?.message]).toEqual([
      'authentication',
      'watsonx: there is no key. Give apiKey or bearerToken, or set WATSONX_AI_APIKEY or WATSONX_AI_BEARER_TOKEN.',
    ]);
    await using server = await watsonxServer();
    server.reply({ deltas: ['ok'] });
    const own = new WatsonxBackend({ modelId: 'm', projectId: 'p', baseURL: server.url, ...once });
    expect((await ask(own)).text).toBe('ok');
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('that are withheld, or wrong, are spoken of when they are missed', async () => {
    vi.stubEnv('WATSONX_AI_APIKEY', 'env-key-1');
    await using server = await watsonxServer({ iam: new IamDesk() });
    const settings = { modelId: 'm', projectId: 'p', baseURL: server.url, ...once };
    const hint = async (more: Partial<WatsonxSettings>) =>
      (await ask(new WatsonxBackend({ ...settings, ...more }))).error?.message;
    server.reply({ deltas: ['ok'] });
    expect(await hint({})).toContain('a key of the environment goes to IBM alone');
    expect(await hint({ bearerToken: 'own-token-1' })).toContain('check apiKey or bearerToken');
    const client = sdkClient(bearer, { serviceUrl: server.url });
    expect(await hint({ client, baseURL: undefined })).toContain('check the authenticator of the client');
  });

  it('of another kind take a client', () => {
    vi.stubEnv('WATSONX_AI_APIKEY', 'on-premises-key-1');
    vi.stubEnv('WATSONX_AI_AUTH_TYPE', 'cp4d');
    expect(() => of()).toThrow('WATSONX_AI_AUTH_TYPE is "cp4d", which takes a client of your own');
  });
});

it('a backend that is printed or serialised shows no key, before a call and after it', async () => {
  await using server = await watsonxServer({ iam: new IamDesk() });
  server.reply({ deltas: ['ok'] });
  const backend = keySdk.backend(server);
  for (const _ of [1, 2]) {
    expect(inspect(backend, { depth: 20 }) + JSON.stringify(backend)).not.toMatch(
      /watsonx-key-1|eyJ|watsonx-token/,
    );
    await ask(backend);
  }
});

it('the address of the environment must hold no password, which the error does not show', async () => {
  vi.stubEnv('WATSONX_AI_URL', 'https://me:hidden-word@gateway.lan');
  const { error } = await ask(
    new WatsonxBackend({ modelId: 'm', projectId: 'p', bearerToken: 'own-token-1' }),
  );
  expect(error?.message).toContain('WATSONX_AI_URL must hold no user and password');
  expect(inspect(error, { depth: 20 })).not.toContain('hidden-word');
});
