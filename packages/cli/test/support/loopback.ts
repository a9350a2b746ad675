import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A server on loopback that keeps what it is asked; disposing it waits as `left` does. */
export interface Loopback extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly IncomingMessage[];
  /** Resolves when its callers have closed all connections; it closes none itself. */
  left(): Promise<void>;
}

/** Starts a server on a port of its own. */
export async function serve(listener: RequestListener): Promise<Loopback> {
  const requests: IncomingMessage[] = [];
  const sockets: Socket[] = [];
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    requests.push(request);
    listener(request, response);
  });
  server.on('connection', (socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const left = async (): Promise<void> => {
    await Promise.all(sockets.map(closed));
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    left,
    async [Symbol.asyncDispose]() {
      await left();
      if (server.listening) server.close();
    },
  };
}

/** Resolves also for a connection that its caller has cut. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

/** Answers some paths with JSON, the rest with 404. */
export function json(answers: Readonly<Record<string, unknown>>): RequestListener {
  return ({ url = '' }, response) => {
    const found = answers[url];
    response.statusCode = found === undefined ? 404 : 200;
    response.end(JSON.stringify(found ?? { error: 'not found' }));
  };
}

/** A list of models as OpenAI's wire has it. */
export function modelList(...ids: string[]): unknown {
  return { data: ids.map((id) => ({ id, object: 'model' })) };
}
