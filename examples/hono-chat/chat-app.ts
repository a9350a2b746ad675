import { readFile } from 'node:fs/promises';
import type { Backend, Context } from '@melliflow/core';
import { ChatContext, Message } from '@melliflow/stdlib';
import { streamWithChunking, toServerSentEvents } from '@melliflow/streaming';
import { Hono } from 'hono';
import { NoDiscounts } from './no-discounts.js';
import { pageFile } from './page-files.js';

/** What a chat is made of. */
export interface ChatInit {
  readonly backend: Backend;
  /** How long a sentence is under check. Default 0. */
  readonly checkMs?: number | undefined;
}

/** The page and its one conversation, which goes on over reloads. */
export function chatApp({ backend, checkMs = 0 }: ChatInit): Hono {
  let ctx: Context = new ChatContext();
  const app = new Hono();

  app.post('/chat', async ({ req }) => {
    const question = new Message('user', await req.text());
    const stream = await streamWithChunking(question, backend, ctx, {
      requirements: [new NoDiscounts(checkMs)],
      release: 'optimistic',
      retry: { attempts: 3, mode: 'resume' },
    });
    stream.acomplete().then(
      () => {
        if (stream.completed) ctx = stream.context;
      },
      (error) => console.error(error),
    );
    // These reasons quote nothing, so the page may show them. A client that leaves cancels the generation.
    return toServerSentEvents(stream, { reasons: true });
  });

  app.get('/*', async (c) => {
    const file = pageFile(c.req.path);
    if (!file) return c.notFound();
    return c.body(await readFile(file.path), 200, { 'content-type': file.type });
  });

  return app;
}
