import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';

/** Serves web responses on a port of its own until it is disposed. */
export async function serve(
  answer: (request: IncomingMessage) => Promise<Response>,
): Promise<{ url: string; answered(): Promise<unknown> } & AsyncDisposable> {
  const answers: Promise<void>[] = [];
  const server = createServer((request, reply) => void answers.push(send(request, reply)));
  const send = async (request: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const response = await answer(request);
    reply.writeHead(response.status, Object.fromEntries(response.headers)).flushHeaders();
    // A client that leaves breaks the pipe, which cancels the body.
    const body = Readable.fromWeb(response.body as ReadableStream);
    await pipeline(body, reply).catch(() => undefined);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    /** Until nothing is sent any more. */
    answered: () => Promise.all(answers),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
