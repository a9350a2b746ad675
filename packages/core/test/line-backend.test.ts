import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BackendError,
  type BatchGenerationError,
  GenerationCancelledError,
  IncompleteStreamError,
} from '../src/index.js';
import { collect, failureOf, PlainContext } from './support/doubles.js';
import { LineBackend } from './support/line-backend.js';

/** The reply of the server, by the prompt's last line. */
const replies: Record<string, (reply: ServerResponse) => void> = {
  whole: (reply) => reply.end('Hel\nlo.\n.\n'),
  cut: (reply) => reply.end('Hel\nlo'),
  broken: (reply) => reply.writeHead(500).end('Internal error\n'),
  reset: (reply) => {
    reply.write('Hel\n');
    setImmediate(() => reply.destroy());
  },
  endless: (reply) => {
    reply.write('one\n');
    reply.on('close', () => closed());
  },
};
let closed = (): void => undefined;

const server = createServer((request, reply) => {
  let prompt = '';
  request
    .on('data', (bytes) => (prompt += bytes))
    .on('end', () => replies[prompt.split('\n').at(-1) ?? '']?.(reply));
});
let backend: LineBackend;
beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  backend = new LineBackend({
    modelId: 'l',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
  });
});
afterAll(() => new Promise((done) => server.close(done)));

const options = { modelOptions: { stream: true } };
const ctx = new PlainContext();

describe('a 40-line backend written from the contract alone', () => {
  it('is one: forty-odd lines, no import but core, the same as in docs/write-a-backend.md', () => {
    const code = readFileSync(new URL('support/line-backend.ts', import.meta.url), 'utf8');
    const lines = code.split('\n').filter((line) => line.trim() !== '');
    expect(lines.length).toBeLessThanOrEqual(49); // with its imports, one to a line
    expect(code.match(/from '.*'/g)).toEqual(["from '@melliflow/core'"]);
    const page = readFileSync(new URL('../../../docs/write-a-backend.md', import.meta.url), 'utf8');
    expect(page).toContain(code.slice(0, code.lastIndexOf('}')));
  });

  it('generates and streams', async () => {
    const [thunk, after] = await backend.generateFromContext('whole', ctx, options);
    expect(await collect(thunk)).toEqual(['Hel', 'lo.']);
    expect([thunk.value, thunk.generation.finishReason, thunk.generateLog?.prompt]).toEqual([
      'Hello.',
      'stop',
      'whole',
    ]);
    const [next] = await backend.generateFromContext('whole', after, options);
    expect([await next.avalue(), next.generateLog?.prompt]).toEqual(['Hello.', 'whole\nHello.\nwhole']);
    expect((await backend.generateFromRaw(['whole', 'whole'], ctx)).map((one) => one.value)).toEqual([
      'Hello.',
      'Hello.',
    ]);
  });

  it('a reply without its end marker is never a short success', async () => {
    const [thunk] = await backend.generateFromContext('cut', ctx, options);
    expect(IncompleteStreamError.is(await failureOf(thunk.avalue()))).toBe(true);
    expect(thunk.partialValue).toBe('Hel');
    const error = (await failureOf(backend.generateFromRaw(['whole', 'cut'], ctx))) as BatchGenerationError;
    expect(IncompleteStreamError.is(error.cause)).toBe(true);
  });

  it('an error status is an error, and so is a server that is not there, which says why', async () => {
    const [thunk] = await backend.generateFromContext('broken', ctx, options);
    expect(await failureOf(thunk.avalue())).toMatchObject({
      code: 'backend',
      status: 500,
      message: 'lines: HTTP 500',
    });
    const gone = createServer();
    await new Promise<void>((ready) => gone.listen(0, '127.0.0.1', ready));
    const { port } = gone.address() as AddressInfo;
    await new Promise((closed) => gone.close(closed));
    const nowhere = new LineBackend({ modelId: 'l', url: `http://127.0.0.1:${port}/` });
    const [lost] = await nowhere.generateFromContext('x', ctx);
    expect((await failureOf(lost.avalue())).message).toBe('lines: fetch failed (ECONNREFUSED)');
  });

  it('a connection that breaks fails the thunk and keeps the text', async () => {
    const [thunk] = await backend.generateFromContext('reset', ctx, options);
    const error = await failureOf(thunk.avalue());
    expect([BackendError.is(error), thunk.partialValue]).toEqual([true, 'Hel']);
  });

  it('a cancel reaches the wire and keeps the part; an abort fails', async () => {
    const socketClosed = new Promise<void>((resolve) => (closed = resolve));
    const [thunk] = await backend.generateFromContext('endless', ctx, options);
    expect(await thunk.astream()).toBe('one');
    await thunk.cancelGeneration();
    await socketClosed;
    expect([thunk.value, thunk.cancelled]).toEqual(['one', true]);
    const again = new Promise<void>((resolve) => (closed = resolve));
    const controller = new AbortController();
    const [aborted] = await backend.generateFromContext('endless', ctx, {
      ...options,
      signal: controller.signal,
    });
    expect(await aborted.astream()).toBe('one');
    controller.abort();
    expect(GenerationCancelledError.is(await failureOf(aborted.avalue()))).toBe(true);
    await again;
  });
});
