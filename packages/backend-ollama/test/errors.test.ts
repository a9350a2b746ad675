import type { ServerResponse } from 'node:http';
import { ollamaServer } from '@melliflow/backend-conformance/servers';
import { CBlock } from '@melliflow/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OllamaBackend } from '../src/index.js';
import { ask, ctx, shown, streamed } from './ask.js';
import { byteServer, json, lastLine, line, sends } from './byte-server.js';
import { ownSdk, sdks } from './sdk.js';

const prompt = 'My name is Wilhelmina Featherstone, keep it.';
const said = vi.fn();

beforeEach(() => {
  for (const method of ['log', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation(said);
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  // The SDK writes of every reply that is not well, and of every line that it does not understand.
  expect(said).not.toHaveBeenCalled();
});

describe.each(sdks)('an error over $name', (sdk) => {
  it('shows neither the key nor what it quotes of the prompt', async () => {
    for (const body of [
      { error: `Bad request for "${prompt}" with ollama-key-1` },
      { error: { message: `near 'is Wilhelmina Feather'`, param: prompt } },
      `upstream says: ${prompt}`,
    ]) {
      await using server = await byteServer(json(body, 400));
      const { error } = await ask(sdk.backend(server), prompt, streamed);
      expect(error?.code).toBe('invalid_request');
      expect(shown(error)).not.toMatch(/Wilhelmina|Feather|ollama-key-1/);
    }
  });

  it.each([
    ['as Ollama says it', 400, { error: 'the bean is not known' }],
    ['as proxies say it', 400, { error: { message: 'the bean is not known' } }],
    ['beside no key', 422, { detail: 'the bean is not known' }],
    ['as text', 400, 'the bean is not known'],
  ])('has the words of the server, %s', async (_, status, body) => {
    await using server = await byteServer(json(body, status));
    const { error } = await ask(sdk.backend(server));
    expect(error?.message).toBe(`ollama: the bean is not known (HTTP ${status})`);
    expect(error?.status).toBe(status);
  });

  it('keeps status, wait and the name of the request, which the SDK loses', async () => {
    await using server = await ollamaServer();
    server.reply({ fault: { kind: 'status', status: 429, retryAfter: '7' } });
    const { error } = await ask(sdk.backend(server));
    expect(error).toMatchObject({ code: 'rate_limit', status: 429, retryAfterMs: 7000, requestId: 'req_1' });
  });

  it('is told by its words where an account is used up, or a prompt too long', async () => {
    const codeOf = async (status: number, error: string) => {
      await using server = await byteServer(json({ error }, status));
      const result = await ask(sdk.backend(server));
      return [result.error?.code, result.error?.retryable];
    };
    expect(await codeOf(429, 'you have reached your weekly usage limit')).toEqual(['quota', false]);
    expect(await codeOf(429, 'server busy, please try again')).toEqual(['rate_limit', true]);
    expect(await codeOf(400, 'the input length exceeds the context length')).toEqual([
      'context_length',
      false,
    ]);
    expect(await codeOf(404, "model 'm' not found")).toEqual(['model_not_found', false]);
  });

  it.each([
    ['a page of HTML', 'text/html', '<html>', 'malformed_response'],
    ['no JSON', 'application/json', '{"message":\n{"content"', 'malformed_response'],
    ['half a line', 'application/json', '{"message":', 'incomplete_stream'],
    ['nothing', 'application/x-ndjson', '', 'incomplete_stream'],
    ['null', 'application/json', 'null', 'malformed_response'],
    ['a list', 'application/json', '[]', 'malformed_response'],
    ['a text', 'application/json', '"hello"', 'malformed_response'],
    ['no message', 'application/json', '{}', 'incomplete_stream'],
    ['an error', 'application/json', '{"error":"no"}', 'server'],
    ['a number as text', 'application/json', '{"message":{"content":5}}', 'malformed_response'],
  ])('is what a 200 with %s deserves', async (_, type, body, code) => {
    await using server = await byteServer((response) => {
      response.writeHead(200, { 'content-type': type });
      response.end(body);
    });
    expect((await ask(sdk.backend(server))).error?.code).toBe(code);
  });

  it('is what a 204 deserves', async () => {
    await using server = await byteServer((response) => response.writeHead(204).end());
    expect((await ask(sdk.backend(server))).error?.message).toBe('ollama: the reply is empty.');
  });

  it('of a refused connection says what to look at', async () => {
    const server = await ollamaServer();
    const backend = sdk.backend(server);
    await server.close();
    const { error } = await ask(backend);
    expect([error?.code, error?.retryable]).toEqual(['connection', true]);
    expect(error?.message).toContain('ECONNREFUSED');
  });

  it('inside of a stream is one, whatever the SDK makes of it, and comes after the text before it', async () => {
    await using server = await byteServer(sends(`${line({ content: 'a' })}{"error":"the runner stopped"}\n`));
    const backend = sdk.backend(server, { retry: { attempts: 3, initialDelayMs: 0 } });
    const { error, text } = await ask(backend, prompt, streamed);
    expect([error?.code, error?.message, text]).toEqual(['server', 'ollama: the runner stopped', 'a']);
    expect(server.requests).toHaveLength(1);
  });

  it('is a line that is no JSON, which the SDK would leave out', async () => {
    await using server = await byteServer(
      sends(line({ content: 'a' }), '{"message": oops\n', line({ content: 'b' }), lastLine()),
    );
    const { error, text } = await ask(sdk.backend(server), prompt, streamed);
    expect([error?.code, text]).toEqual(['malformed_response', 'a']);
  });

  it('of a tool call that is no object depends on why the answer ended', async () => {
    const broken = line({ tool_calls: [{ function: { name: 'f', arguments: '{"a": tru' } }] });
    await using server = await byteServer(sends(broken, lastLine()));
    expect((await ask(sdk.backend(server), 'Hi.', streamed)).error?.code).toBe('malformed_response');
    await using short = await byteServer(
      sends(line({ content: 'a' }), broken, lastLine({ done_reason: 'length' })),
    );
    const { error, thunk } = await ask(sdk.backend(short), 'Hi.', streamed);
    expect([error, thunk.toolCalls, thunk.generation.finishReason]).toEqual([undefined, null, 'length']);
    expect(thunk.generation.warnings.map(({ message }) => message)).toEqual([
      'The call of "f" was cut short and is left out.',
    ]);
  });
});

it('a line without an end is malformed, and its connection is closed', async () => {
  const flood = 'x'.repeat(1 << 20);
  await using server = await byteServer((response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (let i = 0; i < 18; i++) response.write(flood);
  });
  const { error } = await ask(ownSdk.backend(server));
  expect([error?.code, error?.message]).toEqual([
    'malformed_response',
    'ollama: A line has more than 16777216 characters.',
  ]);
});

it('an error of the formatter is that error', async () => {
  await using server = await ollamaServer();
  const backend = ownSdk.backend(server);
  backend.formatter.toChatMessages = () => {
    throw new TypeError('parts[0] is a strange one.');
  };
  const { error } = await ask(backend);
  expect([error?.code, error?.message]).toEqual(['backend', 'ollama: parts[0] is a strange one.']);
  expect(server.requests).toEqual([]);
});

it('a client that does not use its fetch is found out', async () => {
  const client = { chat: async () => ({}), generate: async () => ({}) };
  const { error } = await ask(new OllamaBackend({ modelId: 'm', client }));
  expect(error?.message).toBe('ollama: the client made no request by its fetch.');
});

it.each([
  ['no JSON', 'x\ny\n', 'malformed_response'],
  ['no end', '{"response":"a","done":false}\n', 'incomplete_stream'],
  ['an error', '{"error":"no"}\n', 'server'],
])('a raw prompt that comes back with %s fails alone', async (_, reply, code) => {
  await using server = await byteServer((response, request) =>
    sends(request.body.prompt === 'bad' ? reply : '{"response":"ok","done":true}\n')(response),
  );
  const error = await ownSdk
    .backend(server)
    .generateFromRaw(['good', 'bad'], ctx)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'batch_generation',
    results: [{ value: 'ok' }, { code }],
  });
});

it.each([
  ['of the network', (body: string) => new TypeError(`network: could not send ${body}`)],
  ['of its own', (body: string) => new Error(`could not send ${body}`, { cause: new Error(body) })],
])('an error of a custom fetch %s shows nothing of the request', async (_, fail) => {
  const fetch = async (_input: unknown, init?: RequestInit): Promise<never> => {
    throw fail(`${String(init?.body)} ${JSON.stringify([...new Headers(init?.headers)])}`);
  };
  const backend = ownSdk.backend({ baseURL: 'http://localhost' }, { fetch });
  for (const options of [{}, streamed]) {
    const { error } = await ask(backend, prompt, options);
    expect(error?.message).toMatch(/^ollama: /);
    expect(shown(error)).not.toMatch(/Wilhelmina|Feather|ollama-key-1/);
  }
  const error = await backend.generateFromRaw([prompt], ctx).catch((thrown: unknown) => thrown);
  expect(shown(error)).not.toMatch(/Wilhelmina|Feather|ollama-key-1/);
});

it.each([
  ['a message that is a text', '{"message":"hello","done":true}'],
  ['calls that are no list', '{"message":{"content":"a","tool_calls":5},"done":true}'],
  ['null for a call', '{"message":{"content":"a","tool_calls":[null]},"done":true}'],
  ['null for a log probability', '{"message":{"content":"a"},"logprobs":[null],"done":true}'],
])('a line with %s is malformed', async (_, strange) => {
  await using server = await byteServer(sends(line({ content: 'so far' }), `${strange}\n`));
  const { error } = await ask(ownSdk.backend(server), prompt, streamed);
  expect([error?.code, error?.partialText?.startsWith('so far')]).toEqual(['malformed_response', true]);
});

it('a call that is made again tells nothing twice', async () => {
  await using server = await byteServer((response) => {
    if (server.requests.length > 1) return sends(line({ content: 'ok' }), lastLine())(response);
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.write(line({}, { model: 'another' }), () => setImmediate(() => response.destroy()));
  });
  const backend = ownSdk.backend(server, { retry: { attempts: 2, initialDelayMs: 0 } });
  const told: string[] = [];
  const call = {
    action: new CBlock('Hi.'),
    view: [],
    tools: new Map(),
    format: null,
    modelOptions: {},
    streaming: true,
    signal: new AbortController().signal,
    generationId: 'g',
  };
  for await (const event of backend._generateFromContext(call)) told.push(event.type);
  expect([told, server.requests.length]).toEqual([['prompt', 'metadata', 'text', 'usage', 'finish'], 2]);
});

describe('a raw prompt whose answer breaks off', () => {
  const half = JSON.stringify({ model: 'm', response: 'half of', done: false });
  const breaks = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.write(`${half}\n`, () => setTimeout(() => response.destroy(), 10));
  };

  it('is asked for again, since nobody saw a part of it', async () => {
    await using server = await byteServer((response) => {
      if (server.requests.length === 1) return breaks(response);
      return sends('{"response":"ok","done":true,"done_reason":"stop"}\n')(response);
    });
    const backend = ownSdk.backend(server, { retry: { attempts: 2, initialDelayMs: 0 } });
    expect((await backend.generateFromRaw(['a'], ctx))[0]?.value).toBe('ok');
  });

  it('for good keeps its part in the error', async () => {
    await using server = await byteServer(breaks);
    await expect(ownSdk.backend(server).generateFromRaw(['a'], ctx)).rejects.toMatchObject({
      cause: { code: 'connection', partialText: 'half of' },
    });
  });
});

it('log probabilities that do not come are a warning', async () => {
  await using server = await byteServer(sends(line({ content: 'a' }), lastLine()));
  const { thunk } = await ask(ownSdk.backend(server), 'Hi.', { modelOptions: { logprobs: true } });
  expect(thunk.generation.warnings.map(({ message }) => message)).toEqual([
    'The server gave no log probabilities.',
  ]);
});
