import { request as ask, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server before the one of the benchmark, which puts a letter before each text that passes. */
export async function lyingServer(origin: string): Promise<{ origin: string; stop(): void }> {
  const server = createServer((request, reply) => {
    const passed = ask(new URL(request.url ?? '/', origin), {
      method: request.method,
      headers: request.headers,
    });
    request.pipe(passed);
    reply.on('close', () => passed.destroy());
    passed.on('error', () => reply.destroy());
    passed.on('response', (answer) => {
      const { 'content-length': _, ...headers } = answer.headers;
      reply.writeHead(answer.statusCode ?? 500, headers);
      let open = '';
      answer.setEncoding('utf8');
      answer.on('data', (text: string) => {
        const until = (open + text).lastIndexOf('\n') + 1;
        const whole = (open + text).slice(0, until);
        open = (open + text).slice(until);
        if (whole !== '') reply.write(bent(whole));
      });
      answer.on('end', () => reply.end(bent(open)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { origin: `http://127.0.0.1:${port}`, stop };
}

function bent(text: string): string {
  return text.replace(/"(content|text)":"(?=[^"])/g, '"$1":"x');
}
