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
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
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

/** A line of a chat with a piece of the answer. */
export function line(message: object, more: object = {}): string {
  return `${JSON.stringify({ model: 'm', message: { role: 'assistant', content: '', ...message }, done: false, ...more })}\n`;
}

/** The last line of a chat. */
export function lastLine(more: object = {}): string {
  const counts = { prompt_eval_count: 3, eval_count: 2 };
  return line({}, { done: true, done_reason: 'stop', ...counts, ...more });
}
