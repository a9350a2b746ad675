import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that answers every request with what `reply` writes, byte for byte. */
export interface ByteServer extends AsyncDisposable {
  readonly baseURL: string;
  /** The bodies of the requests, oldest first. */
  readonly bodies: Record<string, unknown>[];
  readonly headers: IncomingMessage['headers'][];
  /** How many connections were made so far. */
  connections: number;
}

export async function byteServer(
  reply: (response: ServerResponse, body: Record<string, unknown>) => void,
): Promise<ByteServer> {
  const bodies: Record<string, unknown>[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const server = createServer(async (message, response) => {
    let text = '';
    for await (const chunk of message) text += chunk;
    bodies.push(JSON.parse(text));
    headers.push(message.headers);
    reply(response, JSON.parse(text));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const started: ByteServer = {
    connections: 0,
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    bodies,
    headers,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  server.on('connection', () => {
    started.connections += 1;
  });
  return started;
}

/** Replies with a stream of these texts, as they are. */
export function sends(...texts: readonly string[]): (response: ServerResponse) => void {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const text of texts) response.write(text);
    response.end();
  };
}

export function json(body: unknown, status = 200): (response: ServerResponse) => void {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** An event with a piece of the answer, or with its end. */
export function chunk(delta: object, finish_reason: string | null = null): string {
  return `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
}
