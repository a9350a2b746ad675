// A Hono server streams an answer to its page, where each sentence gets a tick when it is checked, or is struck out.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { type BackendName, startSession } from '@melliflow/stdlib';
import { chatApp } from './chat-app.js';
import { scriptedClerk } from './scripted-clerk.js';

// A script speaks, which fails for sure; a backend's name makes a model speak: main.ts llamacpp.
const name = process.argv[2] as BackendName | undefined;
const backend = name ? (await startSession({ backend: name })).backend : scriptedClerk({ delayMs: 120 });

const { fetch } = chatApp({ backend, checkMs: 600 });
export const server = serve({ fetch, hostname: '127.0.0.1', port: Number(process.env.PORT ?? 8080) });
await once(server, 'listening');
console.log(`Open http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
