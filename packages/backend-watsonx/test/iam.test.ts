import { WatsonXAI } from '@ibm-cloud/watsonx-ai';
import { IamAuthenticator } from '@ibm-cloud/watsonx-ai/authentication';
import {
  IamDesk,
  Turnstile,
  type WireRequest,
  type WireServer,
  watsonxServer,
} from '@melliflow/backend-conformance/servers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WatsonxBackend, type WatsonxSettings } from '../src/index.js';
import { ask, ctx, shown, streamed } from './ask.js';
import { byteServer, json } from './byte-server.js';
import { withCleanEnvironment } from './clean-environment.js';
import { keySdk, tokenSdk } from './sdk.js';

withCleanEnvironment();
let iam: IamDesk;
let server: WireServer;
const start = async (init: ConstructorParameters<typeof IamDesk>[0] = {}) => {
  iam = new IamDesk({ apiKey: 'watsonx-key-1', ...init });
  server = await watsonxServer({ iam });
  server.reply({ deltas: ['ok'] });
};
const backend = (settings?: Partial<WatsonxSettings>) => keySdk.backend(server, settings);
beforeEach(() => start());
afterEach(() => server.close());

const exchanging = () => vi.waitUntil(() => server.otherRequests.at(-1));

describe('a key', () => {
  it('is exchanged once for all who ask at once, and for those after them', async () => {
    const one = backend();
    await Promise.all([ask(one), ask(one, 'Hi.', streamed), one.generateFromRaw(['a', 'b'], ctx)]);
    await ask(one);
    expect([iam.exchanges, server.requests.length]).toEqual([1, 5]);
    expect(server.otherRequests[0]).toMatchObject({
      path: '/identity/token',
      body: {
        apikey: 'watsonx-key-1',
        grant_type: 'urn:ibm:params:oauth:grant-type:apikey',
        response_type: 'cloud_iam',
      },
    });
    for (const { headers } of server.requests) {
      expect(headers.authorization).toMatch(/^Bearer [\w-]+\.[\w-]+\.signature$/);
    }
  });

  it('is exchanged anew shortly before the end of its token', async () => {
    await server.close();
    await start({ lifetimeS: 59 });
    const one = backend();
    for (let call = 0; call < 2; call++) expect((await ask(one)).text).toBe('ok');
    expect(iam.exchanges).toBe(2);
    await server.close();
    await start({ lifetimeS: 120 });
    const other = backend();
    for (let call = 0; call < 2; call++) expect((await ask(other)).text).toBe('ok');
    expect(iam.exchanges).toBe(1);
  });

  it('is exchanged anew once when the service refuses its token', async () => {
    const one = backend();
    await ask(one);
    iam.revoke();
    expect((await ask(one)).text).toBe('ok');
    expect([iam.exchanges, server.requests.length]).toEqual([2, 3]);
    expect(server.openReplies).toBe(0);
  });

  it('is not exchanged again for a token that was refused though it was new', async () => {
    server.reply({ fault: { kind: 'status', status: 401, message: 'not for you' } });
    const one = backend();
    await ask(one);
    const { error } = await ask(one);
    expect([error?.code, iam.exchanges, server.requests.length]).toEqual(['authentication', 2, 3]);
    const fresh = await ask(backend());
    expect([fresh.error?.code, iam.exchanges, server.requests.length]).toEqual(['authentication', 3, 4]);
    expect(fresh.error?.message).toBe('watsonx: not for you (HTTP 401; check apiKey or bearerToken)');
  });

  it('that IAM does not know is AuthenticationError, although its status is 400', async () => {
    const { error } = await ask(backend({ apiKey: 'wrong-key-1' }));
    expect(error).toMatchObject({ code: 'authentication', status: 400, retryable: false });
    expect(error?.message).toContain('Provided API key could not be found.');
    expect(shown(error)).not.toContain('wrong-key-1');
    expect(server.requests).toEqual([]);
  });

  it.each([
    [{ kind: 'status', status: 500, message: 'IAM is down' }, 'server', true],
    [{ kind: 'status', status: 429, code: 'BXNIM0429E', message: 'slow down' }, 'rate_limit', true],
    [{ kind: 'reset', beforeHeaders: true }, 'connection', true],
    [{ kind: 'html' }, 'malformed_response', false],
    [{ kind: 'empty-body' }, 'malformed_response', false],
    [{ kind: 'malformed-json' }, 'malformed_response', false],
    [{ kind: 'data-null' }, 'malformed_response', false],
  ] as const)('whose exchange fails with %o is not used up', async (fault, code, retryable) => {
    iam.fail(fault);
    const one = backend();
    const { error } = await ask(one);
    expect([error?.code, error?.retryable]).toEqual([code, retryable]);
    expect(shown(error)).not.toMatch(/watsonx-key-1|Tell me a secret/);
    expect((await ask(one)).text).toBe('ok');
  });

  it('is exchanged again by the retry policy', async () => {
    iam.fail({ kind: 'status', status: 503 }, { kind: 'reset', beforeHeaders: true });
    const { text } = await ask(backend({ retry: { attempts: 3, initialDelayMs: 0 } }));
    expect([text, iam.exchanges, server.requests.length]).toEqual(['ok', 3, 1]);
  });

  it('whose token is none is an error that quotes nothing of it', async () => {
    await using strange = await byteServer(json({ access_token: 'not-a-jwt-but-secret' }));
    const { error } = await ask(keySdk.backend(strange));
    expect([error?.code, error?.message]).toEqual([
      'malformed_response',
      'watsonx: IAM gave no token; check iamUrl.',
    ]);
    expect(shown(error)).not.toContain('not-a-jwt');
  });

  it('whose token does not say how long it lives keeps it until it is refused', async () => {
    const token = ['{"alg":"none"}', '{}', 's']
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.');
    await using strange = await byteServer((response, { path }) => {
      if (path === '/identity/token') return json({ access_token: token })(response);
      return json({ choices: [{ message: { content: 'ok' }, finish_reason: 'stop' }] })(response);
    });
    const one = keySdk.backend(strange);
    for (let call = 0; call < 2; call++) expect((await ask(one)).text).toBe('ok');
    expect(strange.requests.map(({ path }) => path)).toEqual([
      '/identity/token',
      '/ml/v1/text/chat',
      '/ml/v1/text/chat',
    ]);
  });
});

describe('an exchange that takes long', () => {
  it('ends at once with the call that waits for it, and its socket is closed', async () => {
    iam.fail({ kind: 'stall', until: new Turnstile() });
    const controller = new AbortController();
    const one = backend();
    const asking = ask(one, 'Hi.', { signal: controller.signal });
    const exchange = (await exchanging()) as WireRequest;
    const before = performance.now();
    controller.abort(new Error('enough'));
    const { error } = await asking;
    expect(error).toMatchObject({ code: 'generation_cancelled', cause: { message: 'enough' } });
    expect((await server.closed(exchange)) - before).toBeLessThan(100);
    expect((await ask(one)).text).toBe('ok');
    expect(server.requests).toHaveLength(1);
  });

  it('goes on for the others who wait', async () => {
    const until = new Turnstile();
    iam.fail({ kind: 'stall', until });
    const controller = new AbortController();
    const one = backend();
    const leaving = ask(one, 'Hi.', { signal: controller.signal });
    const staying = ask(one);
    await exchanging();
    controller.abort();
    expect((await leaving).error?.code).toBe('generation_cancelled');
    until.open();
    expect([(await staying).text, iam.exchanges, server.requests.length]).toEqual(['ok', 1, 1]);
  });

  it('is under the time limits, and under cancelGeneration', async () => {
    const until = new Turnstile();
    iam.fail({ kind: 'stall', until }, { kind: 'stall', until });
    const { error } = await ask(backend({ timeouts: { headersMs: 50 } }));
    expect([error?.code, error?.message]).toEqual([
      'generation_timeout',
      'watsonx: there was no reply within 50 ms (timeouts.headersMs).',
    ]);
    const [thunk] = await backend().generateFromContext('Hi.', ctx, streamed);
    await vi.waitUntil(() => until.waiting === 1);
    await thunk.cancelGeneration();
    expect([thunk.cancelled, thunk.value]).toEqual([true, '']);
    await Promise.all(server.otherRequests.map((request) => server.closed(request)));
    expect(server.requests).toEqual([]);
  });
});

describe('a client with an authenticator of its own', () => {
  const given = () =>
    new WatsonXAI({
      version: '2026-08-05',
      serviceUrl: server.url,
      authenticator: new IamAuthenticator({ apikey: 'watsonx-key-1', url: server.url }),
    });

  it('exchanges its key itself', async () => {
    const one = new WatsonxBackend({ modelId: 'm', projectId: 'p', client: given() });
    for (let call = 0; call < 2; call++) expect((await ask(one)).text).toBe('ok');
    expect([iam.exchanges, server.requests.length]).toEqual([1, 2]);
    expect(one._secrets()).toHaveLength(3);
  });

  it('is deaf while it does, but the call ends at once and nothing is asked afterwards', async () => {
    const until = new Turnstile();
    iam.fail({ kind: 'stall', until });
    const controller = new AbortController();
    const one = new WatsonxBackend({ modelId: 'm', projectId: 'p', client: given() });
    const asking = ask(one, 'Hi.', { signal: controller.signal });
    const exchange = (await exchanging()) as WireRequest;
    controller.abort();
    expect((await asking).error?.code).toBe('generation_cancelled');
    until.open();
    await vi.waitUntil(() => exchange.finished);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(server.requests).toEqual([]);
  });
});

it.each([
  ['whose status says it', { kind: 'status', status: 403 }],
  ['inside of a stream', { kind: 'error-event', after: 1 }],
] as const)('a token that was got during the call is not in an error %s', async (_, fault) => {
  await server.close();
  server = await watsonxServer({ iam });
  server.reply(({ headers }) => ({
    deltas: ['a', 'b'],
    fault: { ...fault, message: `refused: ${headers.authorization}` },
  }));
  const one = backend();
  const { error } = await ask(one, 'Hi.', streamed);
  expect(error?.message).toContain('refused: ');
  expect(shown(error)).not.toContain('.signature');
  expect(one._secrets()).toContain(server.requests[0]?.headers.authorization?.replace('Bearer ', ''));
});

it('a bearer token is sent as it is, and never exchanged', async () => {
  await server.close();
  server = await watsonxServer({ iam, bearerToken: 'watsonx-token-1' });
  server.reply({ deltas: ['ok'] }, { fault: { kind: 'status', status: 401 } });
  const one = tokenSdk.backend(server);
  expect((await ask(one)).text).toBe('ok');
  const { error } = await ask(one);
  expect([error?.code, server.requests.length, iam.exchanges]).toEqual(['authentication', 2, 0]);
});
