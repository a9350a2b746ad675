import {
  InferenceClientHubApiError,
  InferenceClientInputError,
  InferenceClientProviderApiError,
  InferenceClientRoutingError,
  setLogger,
} from '@huggingface/inference';
import { leaksOf } from '@melliflow/backend-conformance';
import { type Fault, hfServer, Turnstile } from '@melliflow/backend-conformance/servers';
import type { BackendError } from '@melliflow/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fromHfError } from '../src/from-hf-error.js';
import { ask, ctx, streamed } from './ask.js';
import { byteServer, chunk, json, sends } from './byte-server.js';
import { ownSdk, routerSdk, sdks } from './sdk.js';

const prompt = 'My name is Wilhelmina Featherstone, keep it.';
const secrets = ['Wilhelmina', 'Feather', 'test_key_1'];
const said = vi.fn();

beforeEach(() => {
  for (const method of ['log', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation(said);
  }
  setLogger({ debug: said, info: said, warn: said, error: said, log: said });
});
afterEach(() => {
  vi.restoreAllMocks();
  setLogger(console);
  // The SDK writes of every look-up, and of functions that it does not like.
  expect(said).not.toHaveBeenCalled();
});

describe.each([...sdks, routerSdk])('an error over $name', (sdk) => {
  it('shows neither the key nor what it quotes of the prompt', async () => {
    for (const body of [
      { error: `Bad request for "${prompt}" with hf_test_key_1`, error_type: 'validation' },
      { error: { message: `near 'is Wilhelmina Feather'`, param: prompt } },
      `upstream says: ${prompt} and test_key_1`,
    ]) {
      await using server = await byteServer(json(body, 400));
      const { error } = await ask(sdk.backend(server), prompt, streamed);
      expect(error?.code).toBe('invalid_request');
      expect(leaksOf(error, secrets)).toEqual([]);
    }
  });

  it.each([
    ['as TGI says it', 422, { error: 'the bean is not known', error_type: 'validation' }],
    ['as the router says it', 400, { error: { message: 'the bean is not known', type: 'x', code: null } }],
    ['as vLLM says it', 400, { object: 'error', message: 'the bean is not known', code: 400 }],
    ['beside no key', 422, { detail: 'the bean is not known' }],
    ['as text', 400, 'the bean is not known'],
  ])('has the words of the server, %s', async (_, status, body) => {
    await using server = await byteServer(json(body, status));
    for (const options of [{}, streamed]) {
      const { error } = await ask(sdk.backend(server), 'Hi.', options);
      expect(error?.message).toBe(`hf: the bean is not known (HTTP ${status})`);
      expect(error?.status).toBe(status);
    }
  });

  it.each([
    ['', 500, 'server'],
    ['null', 500, 'server'],
    ['{"error":', 429, 'rate_limit'],
    ['{"error":"You have exceeded your monthly included credits"}', 402, 'quota'],
    ['{"error":"Model m not found"}', 404, 'model_not_found'],
    ['{"error":{"message":"not served by a provider","code":"model_not_supported"}}', 400, 'model_not_found'],
    ['{"error":"Request failed during generation","error_type":"generation"}', 424, 'server'],
    ['{"error":"Model m is currently loading","estimated_time":20}', 503, 'server'],
    [
      '{"error":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8. Given: 7 `inputs` tokens and 5 `max_new_tokens`","error_type":"validation"}',
      422,
      'context_length',
    ],
    ['<html>gateway</html>', 502, 'server'],
  ])('is what %s with status %i deserves, which the SDK loses', async (body, status, code) => {
    await using server = await byteServer(json(body, status));
    const { error } = await ask(sdk.backend(server));
    expect([error?.code, error?.status]).toEqual([code, status]);
  });

  it('keeps status, wait and the name of the request', async () => {
    await using server = await hfServer();
    server.reply({ fault: { kind: 'status', status: 429, retryAfter: '7' } });
    const { error } = await ask(sdk.backend({ baseURL: server.url }));
    expect(error).toMatchObject({ code: 'rate_limit', status: 429, retryAfterMs: 7000, requestId: 'req_1' });
  });

  it.each([
    ['a page of HTML, which the SDK makes a Blob', 'text/html', '<html>', 'malformed_response'],
    ['no JSON', 'application/json', '{"choices":', 'malformed_response'],
    ['nothing', 'application/json', '', 'malformed_response'],
    ['null', 'application/json', 'null', 'malformed_response'],
    ['a text', 'application/json', '"hello"', 'malformed_response'],
    ['an empty object', 'application/json', '{}', 'malformed_response'],
    ['an error', 'application/json', '{"error":{"message":"no","code":429}}', 'rate_limit'],
    ['no end', 'application/json', '{"choices":[{"message":{"content":"a"}}]}', 'incomplete_stream'],
  ])('is what a 200 with %s deserves', async (_, type, body, code) => {
    await using server = await byteServer((response) => {
      response.writeHead(200, { 'content-type': type });
      response.end(body);
    });
    expect((await ask(sdk.backend(server))).error?.code).toBe(code);
  });

  it('is not that of a whole reply without usage, id and model', async () => {
    const choices = [{ message: { content: 'ok' }, finish_reason: 'stop' }];
    await using server = await byteServer(json({ choices }));
    expect((await ask(sdk.backend(server))).text).toBe('ok');
  });

  it('of a refused connection says what to look at', async () => {
    const server = await hfServer();
    const backend = sdk.backend({ baseURL: server.url });
    await server.close();
    const { error } = await ask(backend);
    expect([error?.code, error?.retryable]).toEqual(['connection', true]);
    expect(error?.message).toContain('ECONNREFUSED');
  });

  it('that follows text in the same read comes after it, and nothing is tried again', async () => {
    const told = 'data: {"error":"the shard stopped","error_type":"generation"}\n\n';
    await using server = await byteServer(sends(chunk({ content: 'a' }) + told));
    const backend = sdk.backend(server, { retry: { attempts: 3, initialDelayMs: 0 } });
    const { error, text } = await ask(backend, prompt, streamed);
    expect([error?.code, error?.message, text]).toEqual(['server', 'hf: the shard stopped', 'a']);
    expect(server.requests).toHaveLength(1);
  });
});

/** Every way in which a reply fails, and what becomes of it: streamed, whole, raw. */
const message = `no ${prompt} with hf_test_key_1`;
const table: readonly (readonly [Fault, stream: string, whole: string, raw: string])[] = [
  ...(
    [
      [400, 'invalid_request'],
      [401, 'authentication'],
      [403, 'permission'],
      [404, 'model_not_found'],
      [408, 'generation_timeout'],
      [413, 'invalid_request'],
      [429, 'rate_limit'],
      [500, 'server'],
      [503, 'server'],
      [529, 'server'],
    ] as const
  ).flatMap(([status, code]) =>
    (['provider', status < 500 ? 'vllm' : 'detail', 'text', 'empty'] as const).map((shape) => {
      const fault = { kind: 'status', status, shape, message } as const;
      return [fault, code, code, code] as const;
    }),
  ),
  [{ kind: 'cut', after: 1 }, 'incomplete_stream', 'malformed_response', 'malformed_response'],
  [{ kind: 'reset', after: 1 }, 'connection', 'connection', 'connection'],
  [{ kind: 'reset', beforeHeaders: true }, 'connection', 'connection', 'connection'],
  [{ kind: 'error-event', after: 1, message }, 'server', 'server', 'server'],
  [
    { kind: 'error-event', after: 1, message, named: true },
    'server',
    'malformed_response',
    'malformed_response',
  ],
  [{ kind: 'data-null', after: 1 }, 'malformed_response', 'malformed_response', 'malformed_response'],
  [{ kind: 'malformed-json', after: 1 }, 'malformed_response', 'malformed_response', 'malformed_response'],
  [{ kind: 'empty-body' }, 'incomplete_stream', 'malformed_response', 'malformed_response'],
  [{ kind: 'html' }, 'malformed_response', 'malformed_response', 'malformed_response'],
  [{ kind: 'stall', until: new Turnstile() }, ...timeouts()],
  [{ kind: 'stall', after: 1, until: new Turnstile() }, ...timeouts()],
];

function timeouts(): [string, string, string] {
  return ['generation_timeout', 'generation_timeout', 'generation_timeout'];
}

it.each(table)('%j is an error of its class without secrets, and leaves nothing', async (fault, ...codes) => {
  await using server = await hfServer();
  server.reply({ deltas: ['one ', 'two'], fault });
  const timeouts = { headersMs: 50, firstChunkMs: 50, idleMs: 50 };
  const backend = ownSdk.backend(server, { timeouts: fault.kind === 'stall' ? timeouts : {} });
  const stream = await ask(backend, prompt, streamed);
  const whole = await ask(backend, prompt);
  const batch = await backend.generateFromRaw([prompt], ctx).catch((error: unknown) => error);
  const errors = [stream.error, whole.error, (batch as Error).cause as BackendError];
  expect(errors.map((error) => error?.code)).toEqual(codes);
  const isTold = 'after' in fault && fault.kind !== 'reset';
  if (isTold) expect([stream.text, stream.error?.partialText]).toEqual(['one ', 'one ']);
  for (const error of [...errors, batch]) expect(leaksOf(error, secrets)).toEqual([]);
  expect(leaksOf([stream.thunk.generateLog, whole.thunk.generateLog], ['test_key_1'])).toEqual([]);
  await vi.waitUntil(() => server.openReplies === 0);
});

describe('what the SDK itself refuses', () => {
  const origin = { provider: 'hf', model: 'm', secrets: ['hf_test_key_1'], prompts: [prompt] };
  const request = { url: 'http://host', method: 'POST', body: { prompt } };
  const response = (status: number, body: string) => ({ requestId: 'r', status, body });

  it.each([
    [new InferenceClientRoutingError('no route'), 'authentication', 'hf: no route The router takes keys'],
    [new InferenceClientInputError('no model'), 'invalid_request', 'hf: no model'],
    [
      new InferenceClientHubApiError('not there', request, response(404, 'gone')),
      'model_not_found',
      'hf: gone',
    ],
    [new InferenceClientProviderApiError('x', request, response(503, prompt)), 'server', 'hf: […]'],
    [new Error(`key hf_test_key_1`), 'backend', 'hf: key'],
    [new InferenceClientInputError(prompt), 'invalid_request', 'hf: […]'],
  ])('%s is told without the request that stands in it', (thrown, code, start) => {
    const error = fromHfError(thrown, origin) as BackendError;
    expect([error.code, error.message.slice(0, start.length)]).toEqual([code, start]);
    expect(leaksOf(error, secrets)).toEqual([]);
  });
});

it('an error of the formatter is that error', async () => {
  await using server = await hfServer();
  const backend = ownSdk.backend(server);
  backend.formatter.toChatMessages = () => {
    throw new TypeError('parts[0] is a strange one.');
  };
  const { error } = await ask(backend);
  expect([error?.code, error?.message]).toEqual(['backend', 'hf: parts[0] is a strange one.']);
  expect(server.requests).toEqual([]);
});
