import { examine, subjectOverWire } from '@melliflow/backend-conformance';
import { openaiWire } from '@melliflow/backend-conformance/servers';
import { describe, expect, it, vi } from 'vitest';
import { ask } from './ask.js';
import { byteServer, json } from './byte-server.js';
import { ownSdk } from './sdk.js';

/** The backend makes its own client of the oldest SDK that it may be installed with. */
vi.mock('openai', () => import('openai-6'));

examine(
  subjectOverWire({
    name: 'OpenAIBackend with its own client of openai 6',
    wire: openaiWire(),
    backend: (server, settings) => ownSdk.backend(server, settings),
  }),
  { describe, it },
  { chapters: ['value', 'stream', 'cancel', 'raw', 'errors', 'secrets', 'dispose'] },
);

it('keeps the words of servers that put them beside "error"', async () => {
  const words = async (body: unknown, status = 400) => {
    await using server = await byteServer(json(body, status));
    const { error } = await ask(ownSdk.backend(server as never));
    expect(server.requests[0]?.headers['user-agent']).toMatch(/OpenAI\/JS 6/);
    return error?.message;
  };
  expect(await words({ object: 'error', message: 'flat' })).toBe('openai: flat (HTTP 400)');
  expect(await words({ detail: 'flat' }, 422)).toBe('openai: flat (HTTP 422)');
  expect(await words([{ error: { message: 'listed' } }])).toBe('openai: listed (HTTP 400)');
  expect(await words({ error: 'text' }, 500)).toBe('openai: text (HTTP 500)');
  expect(await words('plain text', 503)).toBe('openai: plain text (HTTP 503)');
  expect(await words('', 500)).toBe('openai: the provider failed (HTTP 500)');
});
