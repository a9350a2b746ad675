import { InferenceClient, setLogger } from '@huggingface/inference';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hfServer, type ScriptedReply, type WireServer } from '../src/servers/index.js';

/** What the SDK says by itself. */
const silent = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn(), log: vi.fn() };

describe('the Hugging Face server', () => {
  let server: WireServer;
  beforeEach(async () => {
    server = await hfServer({ apiKey: 'hf_key' });
    setLogger(silent);
  });
  afterEach(async () => {
    await server.close();
    setLogger(console);
  });

  /** The SDK against an endpoint, or against the router with all its hosts led here. */
  const endpoint = (path = '/v1'): InferenceClient =>
    new InferenceClient('hf_key', { endpointUrl: server.url + path, retry_on_error: false });
  const router = (): InferenceClient =>
    new InferenceClient('hf_key', {
      retry_on_error: false,
      fetch: (input, init) => fetch(String(input).replace(/^https:\/\/[^/]+/, server.url), init),
    });
  const chat = { model: 'org/m', messages: [{ role: 'user', content: 'hi there' }] };
  const paths = (): string[] => server.requests.map(({ path }) => path);

  async function streamed(reply: ScriptedReply, client = endpoint()): Promise<unknown[]> {
    server.reply(reply);
    const chunks: unknown[] = [];
    const stream_options = { include_usage: true };
    for await (const chunk of client.chatCompletionStream({ ...chat, stream_options })) chunks.push(chunk);
    return chunks;
  }

  it.each(['', '/', '/v1', '/v1/', '/v1/chat/completions'])('chats at "%s" as the SDK asks', async (path) => {
    server.reply({ deltas: ['Hel', 'lo'], usage: { promptTokens: 2, completionTokens: 3 } });
    const { choices, usage } = await endpoint(path).chatCompletion(chat);
    expect([choices[0]?.message.content, usage?.total_tokens]).toEqual(['Hello', 5]);
    expect(paths()).toEqual(['/v1/chat/completions']);
    expect(server.requests[0]?.headers.authorization).toBe('Bearer hf_key');
    expect(server.wire.prompts(server.requests[0] as never)).toEqual(['hi there']);
  });

  it('streams a chat, with its usage last', async () => {
    const chunks = await streamed({ thinking: ['hm'], deltas: ['x€', '🙂'], fault: { kind: 'split-utf8' } });
    const text = chunks.map((chunk) => (chunk as Chunk).choices[0]?.delta.content ?? '').join('');
    expect([text, (chunks.at(-1) as Chunk).usage?.completion_tokens]).toEqual(['x€🙂', 2]);
  });

  it('refuses the address that the SDK makes of a completion’s for a chat, and a wrong key', async () => {
    server.reply({ deltas: ['ok'] });
    await expect(endpoint('/v1/completions').chatCompletion(chat)).rejects.toMatchObject({
      httpResponse: { status: 404 },
    });
    const stranger = new InferenceClient('hf_other', { endpointUrl: server.url });
    await expect(stranger.chatCompletion(chat)).rejects.toMatchObject({ httpResponse: { status: 401 } });
    await expect(stranger.textGeneration({ inputs: 'p' })).rejects.toMatchObject({
      httpResponse: { status: 401 },
    });
  });

  it('completes prompts, one or many', async () => {
    server.reply({ deltas: ['Hel', 'lo'] });
    expect(await endpoint().textGeneration({ inputs: 'p', model: 'm' })).toEqual({ generated_text: 'Hello' });
    await endpoint().textGeneration({ inputs: ['p', 'q'] as never, model: 'm' });
    expect(paths()).toEqual(['/v1/completions', '/v1/completions']);
    expect(server.requests.map((request) => server.wire.prompts(request))).toEqual([['p'], ['p', 'q']]);
  });

  it('may limit the prompts of a request', async () => {
    await using small = await hfServer({ maxPrompts: 1 });
    small.reply({ deltas: ['ok'] });
    const client = new InferenceClient('', { endpointUrl: small.url });
    await expect(client.textGeneration({ inputs: ['p', 'q'] as never })).rejects.toMatchObject({
      httpResponse: { status: 422, body: { error_type: 'batch size exceeded' } },
    });
  });

  it('generates in the form of TGI, whole and by tokens', async () => {
    await using tgi = await hfServer({ tgi: true });
    tgi.reply({ deltas: ['Hel', 'lo'], usage: { promptTokens: 2, completionTokens: 3 } });
    const post = (path: string, body: object): Promise<Response> =>
      fetch(tgi.url + path, { method: 'POST', body: JSON.stringify(body) });
    const details = { finish_reason: 'eos_token', generated_tokens: 3 };
    expect(await (await post('/generate', { inputs: 'p' })).json()).toMatchObject([
      { generated_text: 'Hello', details },
    ]);
    const tokens: unknown[] = [];
    const client = new InferenceClient('', { endpointUrl: tgi.url });
    for await (const token of client.textGenerationStream({ inputs: 'p' })) tokens.push(token);
    expect(tokens).toMatchObject([
      { token: { text: 'Hel', special: false }, generated_text: null, details: null },
      { token: { text: 'lo' }, details: null },
      { token: { special: true }, generated_text: 'Hello', details: { ...details, input_length: 2 } },
    ]);
    expect((await post('/generate_stream', { inputs: 'p' })).headers.get('content-type')).toMatch(/event/);
    const two = await post('/v1/completions', { prompt: ['p', 'q'] });
    expect([two.status, Object.keys(await two.json())]).toEqual([422, ['error', 'error_type']]);
    expect(tgi.requests.map((request) => tgi.wire.prompts(request)[0])).toEqual(['p', 'p', 'p', 'p']);
  });

  it('is the router, with the suffix of a provider and without a look-up', async () => {
    server.reply({ deltas: ['ok'] });
    await router().chatCompletion({ ...chat, model: 'org/m:together' });
    expect([server.requests[0]?.body.model, paths()]).toEqual(['org/m:together', ['/v1/chat/completions']]);
    expect(server.otherRequests).toEqual([]);
  });

  it('answers the look-up of the SDK, and remembers it', async () => {
    server.reply({ deltas: ['ok'] });
    await router().chatCompletion({ ...chat, provider: 'together' });
    await router().textGeneration({ inputs: 'p', model: 'org/n', provider: 'featherless-ai' });
    expect(paths()).toEqual(['/together/v1/chat/completions', '/featherless-ai/v1/completions']);
    expect(server.otherRequests.map(({ path, query }) => [path, query['expand[]']])).toEqual([
      ['/api/models/org/m', 'inferenceProviderMapping'],
      ['/api/models/org/n', 'inferenceProviderMapping'],
    ]);
  });

  it('errs in its own shape, by status and inside a stream', async () => {
    server.reply({ fault: { kind: 'status', status: 429, message: 'Model is overloaded' } });
    await expect(endpoint().textGeneration({ inputs: 'p' })).rejects.toMatchObject({
      httpResponse: { status: 429, body: { error: 'Model is overloaded', error_type: 'overloaded' } },
    });
    const fault = { kind: 'error-event', after: 1, message: 'boom' } as const;
    await expect(streamed({ deltas: ['a', 'b'], fault })).rejects.toThrow('boom');
  });
});

interface Chunk {
  choices: { delta: { content?: string } }[];
  usage?: { completion_tokens: number };
}
