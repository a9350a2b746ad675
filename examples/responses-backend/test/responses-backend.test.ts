import { startServer, type WireServer } from '@melliflow/backend-conformance/servers';
import {
  AuthenticationError,
  CBlock,
  ContentFilterError,
  type ModelOutputThunk,
  RateLimitError,
} from '@melliflow/core';
import { ChatContext, SimpleContext } from '@melliflow/stdlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ResponsesBackend } from '../src/index.js';
import { keyOf } from '../src/responses-client.js';
import { toResponsesMessages } from '../src/to-responses-messages.js';
import { wire } from './responses-wire.js';

// The exam asks what is asked of every backend; what is of this wire alone is asked here.

describe('settings', () => {
  it.each([
    [{ modelId: '' }, /ResponsesBackend: modelId/],
    [{ modelId: 'm', baseURL: 'openai.example' }, /ResponsesBackend: baseURL/],
    [{ modelId: 'm', apiKey: 'key\n' }, /ResponsesBackend: apiKey/],
  ])('%j is refused, by name', (settings, message) => {
    expect(() => new ResponsesBackend(settings)).toThrow(message);
  });
});

describe('the key', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('of the environment goes to OpenAI and to no other address', () => {
    vi.stubEnv('OPENAI_API_KEY', 'key-of-the-environment');
    expect(keyOf({ modelId: 'm' })).toBe('key-of-the-environment');
    expect(keyOf({ modelId: 'm', baseURL: 'http://localhost:8000/v1' })).toBeUndefined();
  });

  it('that is missing is an AuthenticationError before any request', async () => {
    vi.stubEnv('OPENAI_API_KEY', '');
    const fetch = vi.fn();
    const [thunk] = await new ResponsesBackend({ modelId: 'm', fetch }).generateFromContext(
      'Go.',
      new SimpleContext(),
    );
    await expect(thunk.avalue()).rejects.toBeInstanceOf(AuthenticationError);
    expect(fetch).not.toHaveBeenCalled();
  });
});

describe('a request', () => {
  let server: WireServer;
  const backend = (): ResponsesBackend =>
    new ResponsesBackend({ modelId: 'm', baseURL: server.baseURL, apiKey: 'the-key-of-openai' });
  beforeEach(async () => {
    server = await startServer(wire);
    server.reply({ deltas: ['Good ', 'morning.'] });
  });
  afterEach(() => server.close());

  it('brings the turns before as input items, and asks that nothing is kept', async () => {
    const [thunk, ctx] = await backend().generateFromContext('Greet me.', new ChatContext());
    await thunk.avalue();
    const [next] = await backend().generateFromContext('Again.', ctx, {
      modelOptions: { thinking: 'high', systemPrompt: 'Be kind.' },
    });
    await next.avalue();
    const { headers, body } = await server.received(2);
    expect(headers.authorization).toBe('Bearer the-key-of-openai');
    expect(body).toEqual({
      model: 'm',
      store: false,
      reasoning: { effort: 'high', summary: 'auto' },
      input: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Greet me.' },
        { role: 'assistant', content: 'Good morning.' },
        { role: 'user', content: 'Again.' },
      ],
    });
  });

  it('asks for a format in the strict form; what that made null is absent again', async () => {
    server.reply({ deltas: ['{"kilo": 7, ', '"lima": null}'] });
    const format = {
      type: 'object',
      properties: { kilo: { type: 'integer' }, lima: { type: 'string' } },
      required: ['kilo'],
    };
    const options = { format, modelOptions: { stream: true } };
    const [first] = await backend().generateFromContext('Go.', new SimpleContext());
    await first.avalue();
    const [thunk] = await backend().generateFromContext('Go.', new SimpleContext(), options);
    expect(JSON.parse(await thunk.avalue())).toEqual({ kilo: 7 });
    expect(thunk.parsedRepr).toEqual({ kilo: 7 });
    const { body } = await server.received(2);
    expect(body.text).toMatchObject({ format: { type: 'json_schema', strict: true } });
  });

  it('of a raw prompt says that the wire has none', async () => {
    const [thunk] = await backend().generateFromRaw([new CBlock('Once upon')], new SimpleContext());
    expect((await server.received()).body.input).toBe('Once upon');
    expect(thunk?.generation.warnings).toMatchObject([{ kind: 'changed' }]);
  });
});

describe('messages', () => {
  it('pair the answers of tools with the calls that have no id', () => {
    const call = { id: null, name: 'weather_of', args: { city: 'Bern' } };
    const items = toResponsesMessages(
      [
        { role: 'assistant', content: '', toolCalls: [call, call] },
        { role: 'tool', content: 'rain' },
        { role: 'tool', content: 'sun' },
      ],
      { provider: 'responses', model: 'm' },
    );
    expect(items).toMatchObject([
      { type: 'function_call', call_id: 'call_0_0' },
      { type: 'function_call', call_id: 'call_0_1' },
      { type: 'function_call_output', call_id: 'call_0_0', output: 'rain' },
      { type: 'function_call_output', call_id: 'call_0_1', output: 'sun' },
    ]);
  });
});

describe('a stream', () => {
  /** The thunk of a reply that is these events. */
  async function streamed(...events: readonly object[]): Promise<ModelOutputThunk> {
    const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    const fetch = async (): Promise<Response> =>
      new Response(text, { headers: { 'content-type': 'text/event-stream' } });
    const settings = { modelId: 'm', apiKey: 'the-key', retry: { attempts: 1 }, fetch };
    const options = { modelOptions: { stream: true } };
    const [thunk] = await new ResponsesBackend(settings).generateFromContext(
      'Go.',
      new SimpleContext(),
      options,
    );
    return thunk;
  }

  const said = (delta: string): object => ({ type: 'response.output_text.delta', output_index: 0, delta });
  const closed = (status: string, own: object = {}): object => ({
    type: `response.${status}`,
    response: { id: 'resp_9', model: 'm-2', status, ...own },
  });

  it('tells usage with its details, and who answered', async () => {
    const usage = {
      input_tokens: 9,
      input_tokens_details: { cached_tokens: 4 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 3 },
      total_tokens: 14,
    };
    const thunk = await streamed(said('Hello.'), closed('completed', { usage }));
    expect(await thunk.avalue()).toBe('Hello.');
    expect(thunk.generation).toMatchObject({
      model: 'm-2',
      responseId: 'resp_9',
      finishReason: 'stop',
      usage: { totalTokens: 14, details: { cached_tokens: 4, reasoning_tokens: 3 } },
    });
  });

  it.each([
    ['max_output_tokens', 'length'],
    ['content_filter', 'content_filter'],
    ['steered', 'other'],
  ])('that is incomplete for %s ends for %s', async (reason, finish) => {
    const thunk = await streamed(said('Hel'), closed('incomplete', { incomplete_details: { reason } }));
    expect([await thunk.avalue(), thunk.generation.finishReason]).toEqual(['Hel', finish]);
  });

  it('that failed is the error that it tells, and keeps its part', async () => {
    const error = { code: 'rate_limit_exceeded', message: 'Slow down.' };
    const thunk = await streamed(said('Hel'), closed('failed', { error }));
    const failure = await thunk.avalue().catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(RateLimitError);
    expect(failure).toMatchObject({ message: expect.stringContaining('Slow down.'), partialText: 'Hel' });
  });

  it('whose model refused is a ContentFilterError with its words', async () => {
    const refusal = { type: 'response.refusal.delta', output_index: 0, delta: 'I will not.' };
    const failure = await (await streamed(refusal, closed('completed')))
      .avalue()
      .catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(ContentFilterError);
    expect(failure).toMatchObject({ partialText: 'I will not.' });
  });

  it('may have events that nobody knows', async () => {
    const unknown = { type: 'response.hologram.delta', delta: 'x' };
    expect(await (await streamed(unknown, said('Hello.'), closed('completed'))).avalue()).toBe('Hello.');
  });
});
