import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { Backend, Context } from '@melliflow/core';
import { ChatContext, Message } from '@melliflow/stdlib';
import { streamWithChunking, toServerSentEvents } from '@melliflow/streaming';
import { NoDiscounts } from './no-discounts.js';
import { pageFile } from './page-files.js';

/** What a chat is made of. */
export interface ChatInit {
  backend: Backend;
  /** Default: one that is free. */
  port?: number | undefined;
  /** How long a sentence is under check. Default 0. */
  checkMs?: number | undefined;
}

/** A server with one conversation, which goes on over reloads of the page. */
export async function startChat({ backend, port = 0, checkMs = 0 }: ChatInit) {
  let ctx: Context = new ChatContext();

  async function answer(question: string, reply: ServerResponse): Promise<void> {
    const stream = await streamWithChunking(new Message('user', question), backend, ctx, {
      requirements: [new NoDiscounts(checkMs)],
      release: 'optimistic',
      retry: { attempts: 3, mode: 'resume' },
    });
    // These reasons quote nothing, so the page may show them.
    await send(toServerSentEvents(stream, { reasons: true }), reply);
    if (stream.completed) ctx = stream.context;
  }

  async function serve(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    if (request.method === 'POST' && request.url === '/chat') return answer(await text(request), reply);
    const file = pageFile(request.url ?? '/');
    if (!file) return void reply.writeHead(404).end();
    reply.writeHead(200, { 'content-type': file.type }).end(await readFile(file.path));
  }

  const server = createServer((request, reply) => {
    // The client left, or the model cannot be asked.
    serve(request, reply).catch(() => (reply.headersSent ? reply.destroy() : reply.writeHead(502).end()));
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose](): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Sends a web response; a client that leaves cancels its body. */
async function send({ status, headers, body }: Response, reply: ServerResponse): Promise<void> {
  reply.writeHead(status, Object.fromEntries(headers)).flushHeaders();
  await pipeline(Readable.fromWeb(body as ReadableStream), reply);
}
