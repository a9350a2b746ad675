import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import { eventsFrom, type StreamEvent } from '@melliflow/streaming';
import { ScriptedBackend } from '@melliflow/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ChatInit, chatApp } from '../hono-chat/chat-app.js';
import { scriptedClerk } from '../hono-chat/scripted-clerk.js';

/** The app behind a port of its own. */
async function startChat(init: ChatInit) {
  const server = serve({ fetch: chatApp(init).fetch, hostname: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  return { url: urlOf(server), [Symbol.asyncDispose]: () => close(server) };
}

const urlOf = (server: ServerType): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

async function close(server: ServerType): Promise<void> {
  if ('closeAllConnections' in server) server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

const ask = (url: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${url}chat`, { method: 'POST', body: 'What do you have today?', ...init });

/** What the page would show at the end and how much of it is ticked, and what it was told on the way. */
async function read(
  response: Response,
): Promise<{ shown: string; ticked: number[]; types: string[]; seen: string }> {
  let sentences: string[] = [];
  const ticked: number[] = [];
  const events: StreamEvent[] = [];
  for await (const event of eventsFrom(response)) {
    events.push(event);
    if (event.type === 'chunk') sentences.push(event.text);
    if (event.type === 'settled') ticked.push(event.chunkIndex);
    if (event.type === 'retract') sentences = sentences.slice(0, event.chunkIndex);
  }
  return {
    shown: sentences.join(' '),
    ticked,
    types: events.map(({ type }) => type),
    seen: JSON.stringify(events),
  };
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('the chat page', () => {
  it('takes a sentence back and goes on behind what stood, turn after turn', async () => {
    const backend = scriptedClerk({});
    await using chat = await startChat({ backend });
    for (const calls of [2, 4]) {
      const { shown, ticked, types, seen } = await read(await ask(chat.url));
      expect(shown).toBe(
        'Good morning! We bake from four o’clock on. Our rye bread is the one that most people come back for. ' +
          'Shall I keep a loaf for you?',
      );
      expect(types.filter((type) => ['retract', 'retry'].includes(type))).toEqual(['retract', 'retry']);
      expect(ticked).toEqual([0, 1, 2, 3]);
      expect(types.at(-1)).toBe('completed');
      expect(seen).toContain('It promised a discount.');
      expect(backend.calls).toHaveLength(calls);
    }
    expect(backend.calls[2]?.prompt).toContain('Shall I keep a loaf for you?');
  });

  it('stops the model when the page is left', async () => {
    const backend = new ScriptedBackend([{ deltas: ['One. Two'], hangs: true }]);
    await using chat = await startChat({ backend });
    for await (const event of eventsFrom(await ask(chat.url))) {
      if (event.type === 'chunk') break;
    }
    const signal = backend.calls[0]?.signal;
    if (!signal?.aborted) await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    expect(signal?.aborted).toBe(true);
  });

  it('has all that the page imports, and nothing else', async () => {
    await using chat = await startChat({ backend: scriptedClerk({}) });
    const get = async (path: string): Promise<string> => {
      const response = await fetch(new URL(path, chat.url));
      return response.ok ? response.text() : `status ${response.status}`;
    };
    const page = await get('/');
    const modules = [...page.matchAll(/"(\/[\w/.-]+\.js)"/g)].map(([, path]) => path as string);
    expect(modules).toHaveLength(4);
    for (const path of modules) {
      const script = await get(path);
      expect(script).toContain('import');
      for (const [, from] of script.matchAll(/from ?['"](\.[^'"]+)['"]/g))
        expect(await get(new URL(from as string, new URL(path, chat.url)).pathname)).not.toBe('status 404');
    }
    expect(await get('/page.css')).toContain('.checked');
    for (const path of ['/modules/core/../../package.json', '/modules/core/..%2f..%2fx.js', '/main.ts'])
      expect(await get(path)).toBe('status 404');
  });

  it('starts by its program', async () => {
    vi.stubEnv('PORT', '0');
    vi.spyOn(process, 'argv', 'get').mockReturnValue(['node', 'main.ts']);
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const { server } = await import('../hono-chat/main.js');
    await using _ = { [Symbol.asyncDispose]: () => close(server) };
    expect(log.mock.calls).toEqual([[`Open ${urlOf(server)}`]]);
    expect(await (await fetch(urlOf(server))).text()).toContain('<form>');
  });
});
