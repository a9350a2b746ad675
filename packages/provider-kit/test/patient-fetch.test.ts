import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { patientFetch } from '../src/index.js';

const DISPATCHER = Symbol.for('undici.globalDispatcher.1');
type Agent = new (options: object) => { close(): Promise<void> };
const platform = globalThis as unknown as { [DISPATCHER]: { constructor: Agent; close(): Promise<void> } };

const held: (() => void)[] = [];
const server = createServer((_, reply) => held.push(() => reply.end('late')));

beforeEach(() => new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready)));
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

it("waits longer than the platform's own limit, over the platform's own connections", async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  expect(globalThis.Response).toBeDefined();
  const before = platform[DISPATCHER];
  const hasty = new before.constructor({ headersTimeout: 100 });
  platform[DISPATCHER] = hasty as typeof before;
  try {
    const patient = patientFetch(url);
    await expect(fetch(url)).rejects.toMatchObject({ cause: { code: 'UND_ERR_HEADERS_TIMEOUT' } });
    held.forEach((answer) => {
      answer();
    });
    expect(await (await patient).text()).toBe('late');
  } finally {
    platform[DISPATCHER] = before;
    await hasty.close();
  }
});

it('is the plain fetch of other platforms', async () => {
  const plain = vi.fn(async () => 'a reply');
  vi.stubGlobal('fetch', plain);
  vi.stubGlobal('Response', undefined);
  await patientFetch('http://localhost/', { method: 'POST' });
  expect(plain).toHaveBeenCalledWith('http://localhost/', { method: 'POST' });
  vi.unstubAllGlobals();
});
