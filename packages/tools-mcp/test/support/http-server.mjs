import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { makeServer } from './make-server.mjs';

// Tells its port, then every request and every end of a session, one JSON document per line.
const tell = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const sessions = new Map();

const http = createServer(async (request, response) => {
  const session = request.headers['mcp-session-id'];
  tell({ method: request.method, authorization: request.headers.authorization ?? null });
  if (request.headers.authorization === 'Bearer wrong-key-123') {
    response.writeHead(401).end('no entry with Bearer wrong-key-123');
    return;
  }
  let transport = sessions.get(session);
  if (!transport) {
    transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, transport),
      onsessionclosed: (id) => {
        sessions.delete(id);
        tell({ ended: true });
      },
    });
    await makeServer().connect(transport);
  }
  await transport.handleRequest(request, response);
});
http.listen(0, '127.0.0.1', () => tell({ port: http.address().port }));
process.stdin.on('end', () => process.exit()).resume();
