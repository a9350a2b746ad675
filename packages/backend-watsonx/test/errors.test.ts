import { WatsonXAI } from '@ibm-cloud/watsonx-ai';
import { NoAuthAuthenticator } from '@ibm-cloud/watsonx-ai/authentication';
import { type Fault, Turnstile, watsonxServer } from '@melliflow/backend-conformance/servers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WatsonxBackend } from '../src/index.js';
import { ask, ctx, shown, streamed } from './ask.js';
import { byteServer, chunk, event, json, sends } from './byte-server.js';
import { withCleanEnvironment } from './clean-environment.js';
import { sdks, tokenSdk } from './sdk.js';

withCleanEnvironment();
const prompt = 'My name is Wilhelmina Featherstone, keep it.';
const said = vi.fn();

beforeEach(() => {
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation(said);
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  // The SDK writes of streams that break, and of every event that it does not understand.
  expect(said).not.toHaveBeenCalled();
});

/** Every way in which a server fails. */
const faults: readonly Fault[] = [
  ...[400, 401, 402, 403, 404, 408, 413, 429, 500, 503, 529].flatMap((status): Fault[] =>
    (['provider', 'vllm', 'detail', 'text', 'empty'] as const).map((shape) => ({
      kind: 'status',
      status,
      shape,
      message: `no "${prompt}" with watsonx-token-1`,
    })),
  ),
  { kind: 'error-event', after: 1, message: `no "${prompt}" with Bearer watsonx-token-1` },
  { kind: 'error-event', after: 1, named: true, message: `no ${prompt}` },
  { kind: 'cut', after: 1 },
  { kind: 'reset', after: 1 },
  { kind: 'reset', beforeHeaders: true },
  { kind: 'data-null', after: 1 },
  { kind: 'malformed-json', after: 1 },
  { kind: 'empty-body' },
  { kind: 'html' },
];

describe.each(sdks.slice(0, 2))('an error over $name', (sdk) => {
  it('shows neither the token nor what it quotes of the prompt, whatever went wrong', async () => {
    for (const fault of faults) {
      await using server = await watsonxServer();
      server.reply({ deltas: ['a', 'b'], fault });
      const backend = sdk.backend(server);
      const raw = await backend.generateFromRaw([prompt], ctx).catch((thrown: unknown) => thrown);
      const errors = [
        raw instanceof Error ? raw.cause : undefined,
        (await ask(backend, prompt)).error,
        (await ask(backend, prompt, streamed)).error,
      ];
      expect(errors.some((error) => error instanceof Error)).toBe(true);
      expect(errors.map(shown).join()).not.toMatch(/Wilhelmina|Feather|watsonx-token-1/);
      expect(server.openReplies).toBe(0);
    }
  });

  it('of a call that is cancelled shows nothing of what the SDK puts into its own', async () => {
    for (const after of [undefined, 0, 1]) {
      await using server = await watsonxServer();
      server.reply({ deltas: ['a', 'b'], fault: { kind: 'stall', after, until: new Turnstile() } });
      const controller = new AbortController();
      const asking = ask(sdk.backend(server), prompt, { ...streamed, signal: controller.signal });
      const request = await server.received();
      await vi.waitUntil(() => request.sent >= (after === undefined ? 0 : after));
      controller.abort(new Error('enough'));
      const { error } = await asking;
      expect(error).toMatchObject({ code: 'generation_cancelled', cause: { message: 'enough' } });
      expect(shown(error)).not.toMatch(/Wilhelmina|watsonx-token-1/);
      await server.closed(request);
    }
  });

  it.each([
    ['as watsonx says it', 400, { errors: [{ code: 'x', message: 'the bean is not known' }], trace: 't' }],
    ['as gateways say it', 400, { error: { message: 'the bean is not known' } }],
    ['as a text under a key', 400, { error: 'the bean is not known' }],
    ['beside no key', 422, { detail: 'the bean is not known' }],
    ['as text', 400, 'the bean is not known'],
    [
      'for want of a permission, where the SDK has words of its own',
      403,
      { errors: [{ message: 'the bean is not known' }] },
    ],
  ])('has the words of the service, %s', async (_, status, body) => {
    await using server = await byteServer(json(body, status));
    for (const options of [{}, streamed]) {
      const { error } = await ask(sdk.backend(server), 'Hi.', options);
      expect(error?.message).toBe(`watsonx: the bean is not known (HTTP ${status})`);
      expect(error?.status).toBe(status);
    }
  });

  it('keeps status, wait and the name of the request', async () => {
    await using server = await watsonxServer();
    server.reply({ fault: { kind: 'status', status: 429, retryAfter: '7' } });
    for (const options of [{}, streamed]) {
      const { error } = await ask(sdk.backend(server), 'Hi.', options);
      expect(error).toMatchObject({ code: 'rate_limit', status: 429, retryAfterMs: 7000 });
      expect(error?.requestId).toMatch(/^req_/);
    }
  });

  it.each([
    [404, 'model_not_supported', "Model 'x' is not supported", 'model_not_found', false],
    [400, 'model_not_supported', "Model 'x' is not supported", 'model_not_found', false],
    [400, 'invalid_input_argument', 'the number of input tokens 9000 exceeds 8192', 'context_length', false],
    [400, 'invalid_request_entity', 'Json document validation error', 'invalid_request', false],
    [403, 'token_quota_reached', 'Request of 1 token(s) from quota was rejected', 'quota', false],
    [403, 'user_authorization_failed', 'no member of the project', 'permission', false],
    [401, 'authentication_token_expired', 'Failed to authenticate', 'authentication', false],
    [429, 'rate_limit_reached_requests', 'slow down', 'rate_limit', true],
    [500, 'downstream_request_failed', 'the model is down', 'server', true],
  ])('with status %i and the code %s is what that means', async (status, code, message, kind, retryable) => {
    await using server = await watsonxServer();
    server.reply({ fault: { kind: 'status', status, code, message } });
    const { error } = await ask(sdk.backend(server));
    expect([error?.code, error?.retryable]).toEqual([kind, retryable]);
    const batch = await sdk
      .backend(server)
      .generateFromRaw(['a'], ctx)
      .catch((thrown) => thrown);
    expect(batch).toMatchObject({ code: 'batch_generation', cause: { code: kind } });
  });

  it.each([
    ['a page of HTML', 'text/html', '<html>', 'malformed_response'],
    ['no JSON', 'application/json', '{"choices":', 'malformed_response'],
    ['nothing', 'application/json', '', 'malformed_response'],
    ['null', 'application/json', 'null', 'malformed_response'],
    ['a text', 'application/json', '"hello"', 'malformed_response'],
    ['no message', 'application/json', '{"choices":[{}]}', 'malformed_response'],
    [
      'an error',
      'application/json',
      '{"errors":[{"code":"x","message":"no"}],"status_code":429}',
      'rate_limit',
    ],
    ['no end', 'application/json', '{"choices":[{"message":{"content":"a"}}]}', 'incomplete_stream'],
    [
      'a bad end',
      'application/json',
      '{"choices":[{"message":{"content":"a"},"finish_reason":"error"}]}',
      'incomplete_stream',
    ],
    ['a number as text', 'application/json', '{"choices":[{"message":{"content":5}}]}', 'malformed_response'],
  ])('is what a 200 with %s deserves', async (_, type, body, code) => {
    await using server = await byteServer((response) => {
      response.writeHead(200, { 'content-type': type });
      response.end(body);
    });
    expect((await ask(sdk.backend(server))).error?.code).toBe(code);
  });

  // An empty list of errors is none.
  const good = '{"errors":[],"results":[{"generated_text":"ok","stop_reason":"EOS_TOKEN"}]}';

  it.each([
    ['no JSON', '{"results":', 'malformed_response'],
    ['no results', '{"results":[]}', 'malformed_response'],
    ['null for a result', '{"results":[null]}', 'malformed_response'],
    ['an error', '{"errors":[{"message":"no","code":"x"}],"status_code":500}', 'server'],
    ['no end', '{"results":[{"generated_text":"a","stop_reason":"not_finished"}]}', 'incomplete_stream'],
    ['a bad end', '{"results":[{"generated_text":"a","stop_reason":"ERROR"}]}', 'incomplete_stream'],
    ['no reason', '{"results":[{"generated_text":"a"}]}', 'incomplete_stream'],
  ])('is what a raw prompt that comes back with %s deserves, alone', async (_, body, code) => {
    await using server = await byteServer((response, { body: { input } }) =>
      json(input === 'bad' ? body : good)(response),
    );
    const error = await sdk
      .backend(server)
      .generateFromRaw(['good', 'bad'], ctx)
      .catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'batch_generation', results: [{ value: 'ok' }, { code }] });
  });

  it('of a refused connection says what to look at', async () => {
    const server = await watsonxServer();
    const backend = sdk.backend(server);
    await server.close();
    const { error } = await ask(backend);
    expect([error?.code, error?.retryable]).toEqual(['connection', true]);
    expect(error?.message).toContain('ECONNREFUSED');
  });

  it('inside of a stream is one, under any name, and comes after the text before it', async () => {
    const told = { errors: [{ code: 'x', message: 'the runner stopped' }], trace: 't', status_code: 503 };
    for (const name of ['error', 'message']) {
      await using server = await byteServer(sends(chunk({ content: 'a' }) + event(told, name)));
      const backend = sdk.backend(server, { retry: { attempts: 3, initialDelayMs: 0 } });
      const { error, text } = await ask(backend, prompt, streamed);
      expect(error).toMatchObject({ code: 'server', status: 503, partialText: 'a' });
      expect(error?.message).toContain('the runner stopped');
      expect([text, server.requests.length]).toEqual(['a', 1]);
    }
  });
});

it('parameters that the SDK misses are an InvalidRequestError', async () => {
  await using server = await watsonxServer();
  const modelOptions = { providerOptions: { watsonx: { messages: undefined } } };
  const { error } = await ask(tokenSdk.backend(server), 'Hi.', { modelOptions });
  expect([error?.code, error?.message]).toEqual([
    'invalid_request',
    'watsonx: the SDK refused the call. Parameter validation errors: Missing required parameters: messages',
  ]);
  expect(server.requests).toEqual([]);
});

it('a client that does not make its requests as the SDK does is found out', async () => {
  const textChat = async () => ({});
  const client = { textChat } as unknown as WatsonXAI;
  const { error } = await ask(new WatsonxBackend({ modelId: 'm', projectId: 'p', client }));
  expect(error?.message).toBe('watsonx: the client made no request by its createRequest.');
});

it('a time limit of the client is one', async () => {
  await using server = await watsonxServer();
  server.reply({ deltas: ['a'], fault: { kind: 'stall', until: new Turnstile() } });
  const client = new WatsonXAI({
    version: '2026-08-05',
    serviceUrl: server.url,
    authenticator: new NoAuthAuthenticator(),
    timeout: 50,
  });
  const backend = new WatsonxBackend({ modelId: 'm', projectId: 'p', client, retry: { attempts: 1 } });
  const { error } = await ask(backend, prompt);
  expect([error?.code, error?.message]).toEqual([
    'generation_timeout',
    "watsonx: the client's own time limit ran out.",
  ]);
});

it('an error of the formatter is that error', async () => {
  await using server = await watsonxServer();
  const backend = tokenSdk.backend(server);
  backend.formatter.toChatMessages = () => {
    throw new TypeError('parts[0] is a strange one.');
  };
  const { error } = await ask(backend);
  expect([error?.code, error?.message]).toEqual(['backend', 'watsonx: parts[0] is a strange one.']);
  expect(server.requests).toEqual([]);
});
