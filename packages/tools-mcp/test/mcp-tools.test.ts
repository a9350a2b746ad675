import { getEventListeners } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ModelToolCall, setLogger } from '@melliflow/core';
import { callTools, react, type ToolMessage } from '@melliflow/stdlib';
import { ScriptedBackend } from '@melliflow/testing';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import { McpConnectionError, McpToolError } from '../src/mcp-errors.js';
import type { McpServerAddress, McpToolsOptions } from '../src/mcp-settings.js';
import { type McpTools, mcpTools } from '../src/mcp-tools.js';
import { HttpProcess } from './support/http-process.js';

const file = fileURLToPath(new URL('./support/stdio-server.mjs', import.meta.url));
const stdio = { command: process.execPath, args: [file], stderr: 'inherit' } as const;

let http: HttpProcess | undefined;
afterEach(async () => {
  await http?.[Symbol.asyncDispose]();
  http = undefined;
  setLogger(null);
});

async function overHttp(): Promise<McpServerAddress> {
  http = new HttpProcess();
  return { url: await http.url() };
}

const connections: [string, (options?: McpToolsOptions) => Promise<McpTools>][] = [
  ['stdio', (options) => mcpTools(stdio, options)],
  ['streamable HTTP', async (options) => mcpTools(await overHttp(), options)],
];

const called = async (mcp: McpTools, name: string, args = {}, signal?: AbortSignal): Promise<ToolMessage> => {
  const func = mcp.tools.find((tool) => tool.mcpName === name) ?? null;
  const call = new ModelToolCall({ id: 'c', name: func?.name ?? name, func, args });
  const [result] = await callTools([call], { signal });
  return result as ToolMessage;
};

describe.each(connections)('over %s', (_, connect) => {
  test('all pages of tools, described as the server does, under names that providers take', async () => {
    await using mcp = await connect();
    expect(mcp.tools.map(({ name, mcpName }) => [name, mcpName]).slice(0, 6)).toEqual([
      ['echo_text', 'echo.text'],
      ['echo_text_2', 'echo text'],
      ['draw', 'draw'],
      ['weather', 'weather'],
      ['liar', 'liar'],
      ['fail', 'fail'],
    ]);
    expect(mcp.tools).toHaveLength(13);
    expect(mcp.tools[0]?.asJsonTool.function).toEqual({
      name: 'echo_text',
      description: 'Says it back.',
      parameters: {
        type: 'object',
        properties: { text: { type: 'string' }, times: { type: 'integer', default: 1 } },
        required: ['text'],
      },
    });
    expect(mcp.tools[1]?.asJsonTool.function.description).toBe('The same name once more');
  });

  test('arguments are made to fit; texts, images and structured content come back', async () => {
    await using mcp = await connect();
    expect(JSON.parse((await called(mcp, 'echo.text', { text: 5, times: '2' })).content)).toEqual({
      text: '5',
      times: 2,
    });
    expect((await called(mcp, 'echo.text')).content).toContain('- text: wanted text, got nothing');
    expect(await called(mcp, 'draw')).toMatchObject({
      content: 'a dot',
      outputImages: [{ _value: expect.stringMatching(/^iVBOR/) }],
    });
    expect(await called(mcp, 'weather', { city: 'Rome' })).toMatchObject({
      content: '{"degrees":4}',
      output: { degrees: 4 },
    });
    expect((await called(mcp, 'mixed')).content.split('\n')).toEqual([
      '[audio/wav, not shown]',
      '[image/jpeg, not shown]',
      'a.txt: file:///a.txt',
      'inside b',
      '[data at file:///c.bin, not shown]',
    ]);
  });

  test('errors of the server, and results that are not what they promise, are errors that the model reads', async () => {
    await using mcp = await connect();
    const failed = await called(mcp, 'fail');
    expect(failed.content).toBe('The tool failed: the disk is full');
    expect(McpToolError.is(failed.error)).toBe(true);
    expect((await called(mcp, 'broken')).content).toContain('inside the server');
    const lied = await called(mcp, 'liar');
    expect(lied.content).toContain('The tool failed: its result is not what it promises: ');
    expect(McpToolError.is(lied.error)).toBe(true);
  });

  test('the signal ends a call, and the server hears of it', async () => {
    await using mcp = await connect();
    const controller = new AbortController();
    const hanging = called(mcp, 'hang', {}, controller.signal);
    // The server answers in order: it has the call when it has answered this one.
    await called(mcp, 'cancelled');
    controller.abort();
    await expect(hanging).rejects.toMatchObject({ code: 'generation_cancelled' });
    let heard = '0';
    while (heard === '0') heard = (await called(mcp, 'cancelled')).content;
    expect(heard).toBe('1');
  });

  test('the signal of a call that came to its end is let go of', async () => {
    const { signal } = new AbortController();
    await using mcp = await connect({ signal });
    await called(mcp, 'draw', {}, signal);
    await called(mcp, 'fail', {}, signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('a call that takes too long is an error that says so', async () => {
    await using mcp = await connect({ timeoutMs: 100 });
    const { error } = await called(mcp, 'hang');
    expect(McpConnectionError.is(error)).toBe(true);
    expect(error?.message).toMatch(/^The MCP server .*timed out/);
  });

  test('tools that the server adds are there when it says so', async () => {
    let changed = (): void => undefined;
    const told = new Promise<void>((resolve) => {
      changed = resolve;
    });
    await using mcp = await connect({ onChanged: () => changed() });
    const before = mcp.tools;
    await called(mcp, 'grow');
    await told;
    expect(mcp.tools.map(({ mcpName }) => mcpName)).toContain('grown');
    expect(before.map(({ mcpName }) => mcpName)).not.toContain('grown');
    expect((await called(mcp, 'grown')).content).toBe('new');
  });

  test('after the end its tools say that the connection is closed, and closing again does nothing', async () => {
    const mcp = await connect();
    await Promise.all([mcp.close(), mcp.close()]);
    await mcp.close();
    const { error } = await called(mcp, 'draw');
    expect(McpConnectionError.is(error)).toBe(true);
  });
});

test('a model uses them like any others', async () => {
  await using mcp = await mcpTools(stdio, { prefix: 'sky', only: (name) => name === 'weather' });
  expect(mcp.tools.map(({ name }) => name)).toEqual(['sky_weather']);
  const backend = new ScriptedBackend([
    { toolCalls: [{ id: 'a', name: 'sky_weather', args: { city: 'Rome' } }] },
    { toolCalls: [{ id: 'b', name: 'final_answer', args: { answer: '4' } }] },
  ]);
  const { steps, answer } = await react({ backend, goal: 'How warm is Rome?', tools: mcp.tools });
  expect([answer, steps[0]?.results[0]?.output]).toEqual(['4', { degrees: 4 }]);
});

test('a started server gets the variables that were given, few others, and ends with the connection', async () => {
  const { pid } = await (async () => {
    await using mcp = await mcpTools({ ...stdio, env: { GIVEN: 'yes' } });
    expect((await called(mcp, 'env', { name: 'GIVEN' })).content).toBe('yes');
    expect((await called(mcp, 'env', { name: 'VITEST' })).content).toBe('unset');
    return { pid: (mcp._client._line.transport as unknown as { pid: number }).pid };
  })();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('a server without tools has none', async () => {
  const [transport, other] = InMemoryTransport.createLinkedPair();
  await new Server({ name: 'bare', version: '1' }, { capabilities: {} }).connect(other);
  await using mcp = await mcpTools({ transport });
  expect(mcp.tools).toEqual([]);
});

test('a list that never ends is an error, and the connection is closed', async () => {
  const [transport, other] = InMemoryTransport.createLinkedPair();
  const server = new Server({ name: 'endless', version: '1' }, { capabilities: { tools: {} } });
  let closed = false;
  server.onclose = () => {
    closed = true;
  };
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [], nextCursor: 'again' }));
  await server.connect(other);
  await expect(mcpTools({ transport })).rejects.toThrow('The MCP server: its list of tools does not end.');
  expect(closed).toBe(true);
});

test('a server that dies fails the call that it had', async () => {
  await using mcp = await mcpTools(stdio);
  const { error } = await called(mcp, 'die');
  expect(McpConnectionError.is(error)).toBe(true);
  expect(error?.message).toContain('Connection closed');
});

test('over HTTP the headers go with every request, and the session is ended', async () => {
  http = new HttpProcess();
  const mcp = await mcpTools({ url: await http.url(), headers: { authorization: 'Bearer good-key-123' } });
  await mcp.close();
  await http.hears(({ ended }) => ended === true);
  const requests = http.told.filter(({ method }) => method !== undefined);
  expect(requests.at(-1)?.method).toBe('DELETE');
  expect(new Set(requests.map(({ authorization }) => authorization))).toEqual(
    new Set(['Bearer good-key-123']),
  );
});

describe('no server', () => {
  test.each<[string, () => Promise<McpServerAddress>, RegExp]>([
    [
      'a command that is not there',
      async () => ({ command: 'no-such-command-here' }),
      /^The MCP server "no-such-command-here": .*ENOENT/,
    ],
    [
      'a command that speaks something else and ends',
      async () => ({ command: process.execPath, args: ['-e', 'console.log("hi")'] }),
      /Connection closed/,
    ],
    [
      'a port where nobody listens',
      async () => ({ url: 'http://127.0.0.1:9/mcp' }),
      /^The MCP server at http:\/\/127.0.0.1:9: /,
    ],
  ])('%s', async (_, address, message) => {
    const error: unknown = await mcpTools(await address()).catch((e: unknown) => e);
    expect(McpConnectionError.is(error)).toBe(true);
    expect((error as Error).message).toMatch(message);
  });

  test('the key stays out of the error', async () => {
    http = new HttpProcess();
    const headers = { authorization: 'Bearer wrong-key-123' };
    const error: unknown = await mcpTools({ url: await http.url(), headers }).catch((e: unknown) => e);
    expect(McpConnectionError.is(error)).toBe(true);
    expect(String(error)).not.toContain('wrong-key-123');
  });

  test('nor do a key without the word before it, one in the address, or one of the environment', async () => {
    const said = 'token wrong-key-123 of ann with hush-hush-9 and query-key-77 at level 3';
    const fetch = async (): Promise<Response> => new Response(said, { status: 401 });
    const url = 'http://ann:hush-hush-9@127.0.0.1:9/mcp?key=query-key-77';
    const headers = { authorization: 'Bearer wrong-key-123', 'x-level': '3' };
    const error: unknown = await mcpTools({ url, headers, fetch }).catch((e: unknown) => e);
    expect(McpConnectionError.is(error)).toBe(true);
    expect((error as Error).message).toContain(
      'token [redacted] of ann with [redacted] and [redacted] at level 3',
    );
  });

  test('a server that never answers: the signal ends the wait, and its process', async () => {
    const controller = new AbortController();
    const waits = mcpTools(
      { command: process.execPath, args: ['-e', 'process.stdin.resume()'] },
      { signal: controller.signal },
    );
    controller.abort(new Error('enough'));
    await expect(waits).rejects.toThrow('enough');
    await expect(mcpTools(stdio, { signal: AbortSignal.abort(new Error('never')) })).rejects.toThrow('never');
  });

  test.each([{}, { command: 7 }, { transport: {} }])('refuses the address %j', async (address) => {
    await expect(mcpTools(address as never)).rejects.toThrow(
      'mcpTools needs { command, args }, { url } or { transport } to find its server.',
    );
  });
});
