import { openaiServer } from '@melliflow/backend-conformance/servers';
import { describe, expect, it, vi } from 'vitest';
import { OpenAIBackend } from '../src/index.js';
import { ask, ctx, shown, streamed } from './ask.js';
import { byteServer, chunk, json, sends } from './byte-server.js';
import { givenSdks, ownSdk, sdks } from './sdk.js';

const prompt = 'My name is Wilhelmina Featherstone, keep it.';

describe.each(sdks)('an error over $name', (sdk) => {
  it('shows neither the key nor what it quotes of the prompt', async () => {
    for (const body of [
      { error: { message: `Bad request for "${prompt}" with sk-test-key-1`, code: 'x' } },
      { error: { message: `near 'is Wilhelmina Feather'`, param: prompt } },
      `upstream says: ${prompt}`,
    ]) {
      await using server = await byteServer(json(body, 400));
      const { error } = await ask(sdk.backend(server as never), prompt, streamed);
      expect(error?.code).toBe('invalid_request');
      expect(shown(error)).not.toMatch(/Wilhelmina|Feather|sk-test-key-1/);
    }
  });

  it.each([
    ['a page of HTML', 'text/html', '<html>', 'malformed_response'],
    ['no JSON', 'application/json', '{"choices":', 'malformed_response'],
    ['nothing', 'application/json', '', 'malformed_response'],
    ['null', 'application/json', 'null', 'malformed_response'],
    ['a text', 'application/json', '"hello"', 'malformed_response'],
    ['no message', 'application/json', '{"choices":[{}]}', 'malformed_response'],
    ['an error', 'application/json', '{"error":{"message":"no","code":429}}', 'rate_limit'],
    ['no end', 'application/json', '{"choices":[{"message":{"content":"a"}}]}', 'incomplete_stream'],
    ['null for a choice', 'application/json', '{"choices":[null]}', 'malformed_response'],
    [
      'null for a tool call',
      'application/json',
      '{"choices":[{"message":{"tool_calls":[null]},"finish_reason":"tool_calls"}]}',
      'malformed_response',
    ],
    ['a number as text', 'application/json', '{"choices":[{"message":{"content":5}}]}', 'malformed_response'],
  ])('is what a 200 with %s deserves', async (_, type, body, code) => {
    await using server = await byteServer((response) => {
      response.writeHead(200, { 'content-type': type });
      response.end(body);
    });
    expect((await ask(sdk.backend(server as never))).error?.code).toBe(code);
  });

  it('is what a 204 deserves', async () => {
    await using server = await byteServer((response) => response.writeHead(204).end());
    expect((await ask(sdk.backend(server as never))).error?.code).toMatch(/malformed|incomplete/);
  });

  it('of a refused connection says what to look at', async () => {
    const server = await openaiServer();
    const backend = sdk.backend(server);
    await server.close();
    const { error } = await ask(backend);
    expect([error?.code, error?.retryable]).toEqual(['connection', true]);
    expect(error?.message).toContain('ECONNREFUSED');
  });

  it('keeps status, wait and the name of the request', async () => {
    await using server = await openaiServer();
    server.reply({ fault: { kind: 'status', status: 429, retryAfter: '7' } });
    const { error } = await ask(sdk.backend(server));
    expect(error).toMatchObject({ status: 429, retryAfterMs: 7000, requestId: 'req_1' });
  });

  it('of a whole reply keeps its text and its usage', async () => {
    const message = { content: 'I will not.' };
    const toolCalls = [{ id: 'x', type: 'function', function: { name: 'f', arguments: '{"a":' } }];
    for (const [choice, code] of [
      [{ message }, 'incomplete_stream'],
      [{ message: { refusal: 'I will not.' }, finish_reason: 'stop' }, 'content_filter'],
      [{ message: { ...message, tool_calls: toolCalls }, finish_reason: 'tool_calls' }, 'malformed_response'],
      [{ message: { ...message, tool_calls: 5 }, finish_reason: 'stop' }, 'malformed_response'],
    ] as const) {
      const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
      await using server = await byteServer(json({ choices: [choice], usage }));
      const { error, text, thunk } = await ask(sdk.backend(server as never));
      expect([error?.code, text, error?.partialText]).toEqual([code, 'I will not.', 'I will not.']);
      expect(thunk.generation.usage).toMatchObject({ totalTokens: 5 });
    }
  });

  it('of a whole reply that is tried again does not double its text', async () => {
    const whole = { message: { content: 'b' }, finish_reason: 'stop' };
    await using server = await byteServer((response) => {
      const choice = server.requests.length === 1 ? { message: { content: 'a' } } : whole;
      json({ choices: [choice] })(response);
    });
    const retry = { attempts: 2, initialDelayMs: 0 };
    expect((await ask(sdk.backend(server as never, { retry }))).text).toBe('b');
  });

  it('of a stream with a part that is none is malformed', async () => {
    for (const strange of [
      chunk({ tool_calls: [null] }),
      chunk({ tool_calls: { a: 1 } }),
      chunk({}).replace('"delta"', '"logprobs":{"content":[null]},"delta"'),
    ]) {
      await using server = await byteServer(sends(chunk({ content: 'a' }), strange, chunk({}, 'stop')));
      const { error, text } = await ask(sdk.backend(server as never), 'Hi.', streamed);
      expect([error?.code, text]).toEqual(['malformed_response', 'a']);
    }
  });

  it('of a tool call that was cut before its arguments is none, and the call is left out', async () => {
    const call = { index: 0, id: 'c1', function: { name: 'rm', arguments: '' } };
    await using server = await byteServer(sends(chunk({ tool_calls: [call] }), chunk({}, 'length')));
    const { error, thunk } = await ask(sdk.backend(server as never), 'Hi.', streamed);
    expect([error, thunk.toolCalls]).toEqual([undefined, null]);
    expect(thunk.generation.warnings.map(({ message }) => message)).toContain(
      'The call of "rm" was cut short and is left out.',
    );
  });

  it('of a tool call that is no JSON depends on why the answer ended', async () => {
    const toolCalls = [{ name: 'f', args: '{"a": tru' }];
    await using server = await openaiServer();
    server.reply({ toolCalls, finish: 'tool_calls' }, { deltas: ['a'], toolCalls, finish: 'length' });
    expect((await ask(sdk.backend(server), 'Hi.', streamed)).error?.code).toBe('malformed_response');
    const { error, thunk } = await ask(sdk.backend(server), 'Hi.', streamed);
    expect([error, thunk.toolCalls, thunk.generation.finishReason]).toEqual([undefined, null, 'length']);
    expect(thunk.generation.warnings.map(({ message }) => message)).toEqual([
      'The call of "f" was cut short and is left out.',
    ]);
  });
});

describe('the words of a server like vLLM', () => {
  const flat = { object: 'error', message: 'The bean is not supported.', type: 'BadRequestError', code: 400 };
  const detail = { detail: [{ loc: ['body', 'n'], msg: 'field required', input: { prompt } }] };

  it('are kept by our client and by one of version 7, and lost in one of version 6', async () => {
    await using server = await byteServer(json(flat, 400));
    const words = await Promise.all(
      [...givenSdks, ownSdk].map(async (sdk) => (await ask(sdk.backend(server as never))).error?.message),
    );
    expect(words).toEqual([
      'openai: the request was refused (HTTP 400)',
      'openai: The bean is not supported. (HTTP 400)',
      'openai: The bean is not supported. (HTTP 400)',
    ]);
  });

  it('quote no part of the request', async () => {
    await using server = await byteServer(json(detail, 422));
    const { error } = await ask(ownSdk.backend(server as never), prompt);
    expect(error?.message).toBe('openai: body.n: field required (HTTP 422)');
    expect(shown(error)).not.toContain('Wilhelmina');
  });
});

it('the words of a server that lists its errors are kept', async () => {
  const body = { errors: [{ code: 'model_not_supported', message: 'There is no bean.' }], status_code: 404 };
  await using server = await byteServer(json(body, 404));
  const { error } = await ask(ownSdk.backend(server as never));
  expect([error?.code, error?.message]).toEqual([
    'model_not_found',
    'openai: There is no bean. (HTTP 404; check modelId and baseURL)',
  ]);
});

it.each([
  [
    'in a whole message',
    { message: { function_call: { name: 'f', arguments: '{"a":1}' } }, finish_reason: 'function_call' },
  ],
  [
    'as an object',
    { message: { tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }] }, finish_reason: 'stop' },
  ],
])('a call %s is taken', async (_, choice) => {
  await using server = await byteServer(json({ choices: [choice] }));
  const { thunk, error } = await ask(ownSdk.backend(server as never));
  expect([error, thunk.generation.finishReason]).toEqual([undefined, 'tool_calls']);
  expect([...(thunk.toolCalls?.values() ?? [])]).toMatchObject([{ name: 'f', args: { a: 1 } }]);
});

it.each([
  ['of the network', (body: string) => new TypeError(`network: could not send ${body}`)],
  ['of its own', (body: string) => new Error(`could not send ${body}`, { cause: new Error(body) })],
  [
    'with the request as its cause',
    (body: string) => new TypeError('fetch failed', { cause: new Error(body) }),
  ],
  ['that is a text', (body: string) => body],
])('an error of a custom fetch %s shows nothing of the request', async (_, fail) => {
  const fetch = async (_input: unknown, init?: RequestInit): Promise<never> => {
    throw fail(`${String(init?.body)} ${JSON.stringify([...new Headers(init?.headers)])}`);
  };
  const backend = ownSdk.backend({ baseURL: 'http://localhost/v1' } as never, { fetch });
  for (const options of [{}, streamed]) {
    const { error } = await ask(backend, prompt, options);
    expect(error?.message).toMatch(/^openai: /);
    expect(shown(error)).not.toMatch(/Wilhelmina|Feather|sk-test-key-1/);
  }
  const error = await backend.generateFromRaw([prompt], ctx).catch((thrown: unknown) => thrown);
  expect(shown(error)).not.toMatch(/Wilhelmina|Feather|sk-test-key-1/);
});

it('a key that a function gives is kept out of errors, and headers too', async () => {
  await using server = await byteServer((response) =>
    json({ error: { message: 'no fresh-key-77 and no gateway-word-5' } }, 401)(response),
  );
  const backend = new OpenAIBackend({
    modelId: 'm',
    baseURL: server.baseURL,
    apiKey: async () => 'fresh-key-77',
    defaultHeaders: { 'x-gateway': 'gateway-word-5' },
  });
  const { error } = await ask(backend);
  expect(server.requests[0]?.headers).toMatchObject({
    authorization: 'Bearer fresh-key-77',
    'x-gateway': 'gateway-word-5',
  });
  expect(error?.code).toBe('authentication');
  expect(shown(error)).not.toMatch(/fresh-key|gateway-word/);
});

it('only the newest keys of a function are kept', async () => {
  await using server = await openaiServer();
  server.reply({ deltas: ['ok'] });
  let count = 0;
  const apiKey = async () => `rotating-key-${++count}`;
  const backend = ownSdk.backend(server, { apiKey });
  for (let call = 0; call < 10; call++) await ask(backend);
  expect(backend._secrets()).toHaveLength(8);
  expect(backend._secrets().at(-1)).toBe(`rotating-key-${count}`);
});

it('a function that gives no key is an AuthenticationError', async () => {
  const fetch = vi.fn();
  const apiKey = async () => {
    throw new Error('the vault is closed');
  };
  const { error } = await ask(
    new OpenAIBackend({ modelId: 'm', baseURL: 'http://localhost/v1', apiKey, fetch }),
  );
  expect(error?.code).toBe('authentication');
  expect(error?.message).toContain('the vault is closed');
  expect(fetch).not.toHaveBeenCalled();
});

it('that follows text in the same read comes after it, and nothing is tried again', async () => {
  await using server = await byteServer(
    sends(`${chunk({ content: 'a' })}data: {"error":{"message":"overloaded","code":503}}\n\n`),
  );
  const backend = ownSdk.backend(server as never, { retry: { attempts: 3, initialDelayMs: 0 } });
  const { error, text } = await ask(backend, prompt, streamed);
  expect([error?.code, text, server.requests.length]).toEqual(['server', 'a', 1]);
});

it('an error of the formatter is that error', async () => {
  await using server = await openaiServer();
  const backend = ownSdk.backend(server);
  backend.formatter.toChatMessages = () => {
    throw new TypeError('parts[0] is a strange one.');
  };
  const { error } = await ask(backend);
  expect([error?.code, error?.message]).toEqual(['backend', 'openai: parts[0] is a strange one.']);
  expect(server.requests).toEqual([]);
});
