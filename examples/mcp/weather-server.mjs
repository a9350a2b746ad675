// An MCP server with one tool, which speaks over its standard input and output.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

const skies = { Rome: 'sunny', Oslo: 'snowy' };

const server = new McpServer({ name: 'weather', version: '1.0.0' });
server.registerTool(
  'get_weather',
  { description: 'Get the weather in a city', inputSchema: { city: z.string() } },
  ({ city }) => ({ content: [{ type: 'text', text: skies[city] ?? 'rainy' }] }),
);
await server.connect(new StdioServerTransport());
