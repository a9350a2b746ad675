// A Hono server streams an answer to its page, where each sentence gets a tick when it is checked, or is struck out.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { type BackendName, startSession } from '@melliflow/stdlib';
import { chatApp } from './chat-app.js';
import { scriptedClerk } from './scripted-clerk.js';

// A script speaks, which fails for sure, until a backend is named: main.ts llamacpp, or main.ts openai gpt-5-mini.
const [name, modelId] = process.argv.slice(2);
const { backend } = name
  ? await startSession({ backend: name as BackendName, modelId })
  : { backend: scriptedClerk({ delayMs: 120 }) };

const { fetch } = chatApp({ backend, checkMs: 600 });
export const server = serve({ fetch, hostname: '127.0.0.1', port: Number(process.env.PORT ?? 8080) });
await once(server, 'listening');
console.log(`Open http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
