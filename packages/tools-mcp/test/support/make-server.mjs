import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC';
const object = (properties, required = Object.keys(properties)) => ({ type: 'object', properties, required });
const degrees = object({ degrees: { type: 'number' } });
const text = (said) => ({ content: [{ type: 'text', text: said }] });

let cancelled = 0;

const tools = {
  'echo.text': {
    description: 'Says it back.',
    inputSchema: object({ text: { type: 'string' }, times: { type: 'integer', default: 1 } }, ['text']),
    run: (args) => text(JSON.stringify(args)),
  },
  'echo text': { title: 'The same name once more', inputSchema: object({}), run: () => text('other') },
  draw: {
    inputSchema: object({}),
    run: () => ({
      content: [
        { type: 'text', text: 'a dot' },
        { type: 'image', data: png, mimeType: 'image/png' },
      ],
    }),
  },
  weather: {
    inputSchema: object({ city: { type: 'string' } }),
    outputSchema: degrees,
    run: ({ city }) => ({ content: [], structuredContent: { degrees: city.length } }),
  },
  liar: {
    inputSchema: object({}),
    outputSchema: degrees,
    run: () => ({ content: [], structuredContent: { degrees: 'many' } }),
  },
  fail: { inputSchema: object({}), run: () => ({ ...text('the disk is full'), isError: true }) },
  broken: {
    inputSchema: object({}),
    run: () => {
      throw new Error('inside the server');
    },
  },
  mixed: {
    inputSchema: object({}),
    run: () => ({
      content: [
        { type: 'audio', data: 'AAAA', mimeType: 'audio/wav' },
        { type: 'image', data: 'AAAA', mimeType: 'image/jpeg' },
        { type: 'resource_link', uri: 'file:///a.txt', name: 'a.txt' },
        { type: 'resource', resource: { uri: 'file:///b.txt', text: 'inside b' } },
        { type: 'resource', resource: { uri: 'file:///c.bin', blob: 'AAAA' } },
      ],
    }),
  },
  hang: {
    inputSchema: object({}),
    run: (_, { signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          cancelled += 1;
          resolve(text('too late'));
        });
      }),
  },
  cancelled: { inputSchema: object({}), run: () => text(String(cancelled)) },
  env: {
    inputSchema: object({ name: { type: 'string' } }),
    run: ({ name }) => text(process.env[name] ?? 'unset'),
  },
  die: { inputSchema: object({}), run: () => process.exit(3) },
  grow: {
    inputSchema: object({}),
    run: async (_, { sendNotification }) => {
      tools.grown = { inputSchema: object({}), run: () => text('new') };
      await sendNotification({ method: 'notifications/tools/list_changed' });
      return text('grown');
    },
  },
};

/** A server of the same SDK; its list of tools has pages of five. */
export function makeServer() {
  const server = new Server(
    { name: 'test', version: '1' },
    { capabilities: { tools: { listChanged: true } } },
  );
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) => {
    const from = Number(params?.cursor ?? 0);
    const all = Object.entries(tools).map(([name, { run: _, ...described }]) => ({ name, ...described }));
    const more = from + 5 < all.length ? { nextCursor: String(from + 5) } : {};
    return { tools: all.slice(from, from + 5), ...more };
  });
  server.setRequestHandler(CallToolRequestSchema, ({ params }, extra) =>
    tools[params.name].run(params.arguments, extra),
  );
  return server;
}
