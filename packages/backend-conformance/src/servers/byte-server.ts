import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readRequest, type WireRequest } from './wire-request.js';

/** Writes a reply, byte for byte. */
export type ByteReply = (response: ServerResponse, request: WireRequest) => unknown;

/** A server that answers every request with what a function writes: for replies that no wire would give. */
export interface ByteServer extends AsyncDisposable {
  /** Where it is reached, with the path that was given. */
  readonly baseURL: string;
  /** The requests, oldest first. */
  readonly requests: readonly WireRequest[];
  /** How many connections were made so far. */
  readonly connections: number;
}

/**
 * Starts a server on a free port of the loopback.
 *
 * @param basePath Stands after the origin in `baseURL`, such as `/v1`.
 *
 * @example
 * await using server = await byteServer(replyText('text/event-stream', 'data: {}\n\n'), '/v1');
 */
export async function byteServer(reply: ByteReply, basePath = ''): Promise<ByteServer> {
  const requests: WireRequest[] = [];
  let connections = 0;
  const server = createServer({ keepAliveTimeout: 0 }, async (message, response) => {
    const request = await readRequest(message);
    requests.push(request);
    reply(response, request);
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}${basePath}`,
    requests,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** Replies with these texts, each in a packet of its own where the network leaves them so. */
export function replyText(
  contentType: string,
  ...texts: readonly string[]
): (response: ServerResponse) => void {
  return (response) => {
    response.writeHead(200, { 'content-type': contentType });
    for (const text of texts) response.write(text);
    response.end();
  };
}

/** Replies with a document: a text goes as it is. */
export function replyJson(body: unknown, status = 200): (response: ServerResponse) => void {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}
