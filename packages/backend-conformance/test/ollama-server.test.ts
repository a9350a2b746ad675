import { Agent, request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ollamaServer, type ScriptedReply, type WireServer } from '../src/servers/index.js';

interface Line {
  message?: {
    content: string;
    thinking?: string;
    tool_calls?: { function: { name: string; arguments: unknown } }[];
  };
  response?: string;
  done?: boolean;
  done_reason?: string;
  prompt_eval_count?: number;
  eval_count?: number;
  error?: string;
}

describe('the Ollama server', () => {
  let server: WireServer;
  beforeEach(async () => {
    server = await ollamaServer({ models: ['m'] });
  });
  afterEach(() => server.close());

  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${server.url}/api/${path}`, { method: 'POST', body: JSON.stringify({ model: 'm', ...body }) });
  const messages = [{ role: 'user', content: 'hi there' }];
  const lines = async (reply: ScriptedReply, path = 'chat', body: object = { messages }): Promise<Line[]> => {
    server.reply(reply);
    const text = await (await post(path, body)).text();
    return text
      .split(/\r?\n/)
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  };

  it('streams a chat by default, with the counts on the last line', async () => {
    const usage = { promptTokens: 4, completionTokens: 2 };
    const chat = await lines({ thinking: ['hm'], deltas: ['Hel', 'lo €'], usage });
    expect(chat.map(({ message }) => message?.content).join('')).toBe('Hello €');
    expect(chat[0]?.message?.thinking).toBe('hm');
    expect(chat.at(-1)).toMatchObject({
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 4,
      eval_count: 2,
    });
    expect(chat.slice(0, -1).every(({ done }) => done === false)).toBe(true);
  });

  it('serves a client that keeps its socket, without a warning of Node', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): unknown => warnings.push(warning);
    process.on('warning', note);
    server.reply({ deltas: ['Hello'] });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = (): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const asking = request(`${server.url}/api/chat`, { agent, method: 'POST' }, (response) => {
          response.resume().on('end', resolve);
        });
        asking.on('error', reject).end(JSON.stringify({ model: 'm', messages }));
      });
    for (let i = 0; i < 15; i++) await ask();
    await new Promise(setImmediate);
    process.off('warning', note);
    expect([server.requests.length, server.openSockets, warnings]).toEqual([15, 1, []]);
    agent.destroy();
  });

  it('answers whole, and a raw prompt', async () => {
    server.reply({ deltas: ['Hel', 'lo'] });
    expect(await (await post('chat', { messages, stream: false })).json()).toMatchObject({
      message: { content: 'Hello' },
      done: true,
    });
    const raw = await (await post('generate', { prompt: 'p', raw: true, stream: false })).json();
    expect(raw).toMatchObject({ response: 'Hello', done: true });
    expect(server.requests.map((request) => server.wire.prompts(request))).toEqual([['hi there'], ['p']]);
  });

  it('calls tools with arguments that are objects', async () => {
    const [first] = await lines({ toolCalls: [{ name: 'f', args: { a: 1 } }] });
    expect(first?.message?.tool_calls?.[0]?.function).toMatchObject({ name: 'f', arguments: { a: 1 } });
  });

  it('errs in its own shape, by status and inside a stream', async () => {
    server.reply({ fault: { kind: 'status', status: 503, message: 'overloaded' } });
    const failed = await post('chat', { messages });
    expect([failed.status, await failed.json()]).toEqual([503, { error: 'overloaded' }]);
    const told = await lines({
      deltas: ['a', 'b'],
      fault: { kind: 'error-event', after: 1, message: 'boom' },
    });
    expect([server.requests.length, told.map(({ error }) => error)]).toEqual([2, [undefined, 'boom']]);
    const stranger = await post('chat', { messages, model: 'x' });
    expect([stranger.status, await stranger.json()]).toEqual([404, { error: "model 'x' not found" }]);
  });

  it.each([
    ['crlf', { kind: 'crlf' }],
    ['blank lines', { kind: 'comments' }],
    ['bytes one by one', { kind: 'split-utf8' }],
  ] as const)('%s leave the lines whole', async (_, fault) => {
    const chat = await lines({ deltas: ['x€', '🙂'], fault });
    expect(chat.map(({ message }) => message?.content).join('')).toBe('x€🙂');
  });

  it('cuts without the last line, and lists its models', async () => {
    const chat = await lines({ deltas: ['a', 'b'], fault: { kind: 'cut' } });
    expect(chat.map(({ done }) => done)).toEqual([false, false]);
    const list = await (await fetch(`${server.url}/api/tags`)).json();
    expect(list.models.map(({ name }: { name: string }) => name)).toEqual(['m']);
    expect(server.otherRequests).toHaveLength(1);
  });
});
