import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { makeServer } from './make-server.mjs';

await makeServer().connect(new StdioServerTransport());
