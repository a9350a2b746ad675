// A chat page: sentences appear at once and grey, turn black when they are checked, and are taken back when they fail;
// then the answer goes on. It speaks by a script; a backend's name makes a model speak: main.ts llamacpp
import { type BackendName, startSession } from '@melliflow/stdlib';
import { startChat } from './chat-server.js';
import { scriptedClerk } from './scripted-clerk.js';

const name = process.argv[2] as BackendName | undefined;
const backend = name ? (await startSession({ backend: name })).backend : scriptedClerk({ delayMs: 120 });

export const chat = await startChat({ backend, port: Number(process.env.PORT ?? 8080), checkMs: 600 });
console.log(`Open ${chat.url}`);
