import { serveModel } from './serve-model.js';
import { TinyModel } from './tiny-model.js';
import type { ToWorker } from './worker-messages.js';

const file = new URL(self.name); // the page says where the model lies

async function load(): Promise<TinyModel> {
  const reply = await fetch(file);
  if (!reply.ok) throw new Error(`The model could not be loaded: the server said ${reply.status}.`);
  return new TinyModel(new Uint8Array(await reply.arrayBuffer()));
}

const answer = serveModel(load, (message) => self.postMessage(message));
self.addEventListener('message', (event: MessageEvent<ToWorker>) => void answer(event.data));
