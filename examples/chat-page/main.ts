// A chat page: a sentence appears at once and dotted, gets a tick when it is checked, and is struck when it fails; then
// the answer goes on from what stands. It speaks by a script; a backend's name makes a model speak: main.ts llamacpp.
// PORT is where it listens, 8080 by default.
import { type BackendName, startSession } from '@melliflow/stdlib';
import { startChat } from './chat-server.js';
import { scriptedClerk } from './scripted-clerk.js';

const name = process.argv[2] as BackendName | undefined;
const backend = name ? (await startSession({ backend: name })).backend : scriptedClerk({ delayMs: 120 });

export const chat = await startChat({ backend, port: Number(process.env.PORT ?? 8080), checkMs: 600 });
console.log(`Open ${chat.url}`);
