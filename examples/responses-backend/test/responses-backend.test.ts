import { startServer } from '@melliflow/backend-conformance/servers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { keyOf, postToResponses } from '../src/responses-client.js';
import { ResponsesBackend } from '../src/index.js';
import { toResponsesMessages } from '../src/to-responses-messages.js';
import { wire } from './responses-wire.js';

// The exam asks what is asked of every backend; what is Responses's own is asked here.

describe('settings', () => {
  it.each([
    [{ modelId: '' }, /ResponsesBackend: modelId/],
    [{ modelId: 'm', baseURL: 'responses.example' }, /ResponsesBackend: baseURL/],
    [{ modelId: 'm', apiKey: 'key\n' }, /ResponsesBackend: apiKey/],
  ])('%j is refused, by name', (settings, message) => {
    expect(() => new ResponsesBackend(settings)).toThrow(message);
  });
});

describe('the key', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('of the environment goes to Responses and to no other address', () => {
    vi.stubEnv('RESPONSES_API_KEY', 'key-of-the-environment');
    expect(keyOf({ modelId: 'm' })).toBe('key-of-the-environment');
    expect(keyOf({ modelId: 'm', baseURL: 'http://localhost:8000/v1' })).toBeUndefined();
  });
});

it('a request goes to its path, with the key', async () => {
  const server = await startServer(wire);
  server.reply({ deltas: ['ok'] });
  try {
    const settings = { modelId: 'm', baseURL: `${server.baseURL}/`, apiKey: 'the-key-of-responses' };
    await postToResponses(settings, '/chat/completions', { messages: [] }, new AbortController().signal);
    const [request] = server.requests;
    expect([request?.path, request?.headers.authorization]).toEqual([
      '/v1/chat/completions',
      'Bearer the-key-of-responses',
    ]);
  } finally {
    await server.close();
  }
});

describe('messages', () => {
  it('pair the answers of tools with the calls that have no id', () => {
    const call = { id: null, name: 'weather_of', args: { city: 'Bern' } };
    const messages = toResponsesMessages(
      [
        { role: 'assistant', content: '', toolCalls: [call, call] },
        { role: 'tool', content: 'rain' },
        { role: 'tool', content: 'sun' },
      ],
      { provider: 'responses', model: 'm' },
    );
    expect(messages.slice(1)).toMatchObject([{ tool_call_id: 'call_0_0' }, { tool_call_id: 'call_0_1' }]);
  });
});
