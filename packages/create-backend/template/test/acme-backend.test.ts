import { startServer } from '@melliflow/backend-conformance/servers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { keyOf, postToAcme } from '../src/acme-client.js';
import { AcmeBackend } from '../src/index.js';
import { wire } from './acme-wire.js';

// The exam asks what is asked of every backend; what is Acme's own is asked here.

describe('settings', () => {
  it.each([
    [{ modelId: '' }, /AcmeBackend: modelId/],
    [{ modelId: 'm', baseURL: 'acme.example' }, /AcmeBackend: baseURL/],
    [{ modelId: 'm', apiKey: 'key\n' }, /AcmeBackend: apiKey/],
  ])('%j is refused, by name', (settings, message) => {
    expect(() => new AcmeBackend(settings)).toThrow(message);
  });
});

describe('the key', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('of the environment goes to Acme and to no other address', () => {
    vi.stubEnv('ACME_API_KEY', 'key-of-the-environment');
    expect(keyOf({ modelId: 'm' })).toBe('key-of-the-environment');
    expect(keyOf({ modelId: 'm', baseURL: 'http://localhost:8000/v1' })).toBeUndefined();
  });
});

it('a request goes to its path, with the key', async () => {
  const server = await startServer(wire);
  server.reply({ deltas: ['ok'] });
  try {
    const settings = { modelId: 'm', baseURL: `${server.baseURL}/`, apiKey: 'the-key-of-acme' };
    await postToAcme(settings, '/somewhere', {}, new AbortController().signal);
    const [request] = server.requests;
    expect([request?.path, request?.headers.authorization]).toEqual([
      `${wire.basePath}/somewhere`,
      'Bearer the-key-of-acme',
    ]);
  } finally {
    await server.close();
  }
});
