import { type Framing, serverSentEvents } from './framing.js';

/** Server-sent events as watsonx writes them: numbered, and each with its name. */
export function watsonxEvents(): Framing {
  let id = 0;
  return {
    ...serverSentEvents,
    frame: (data, name = 'message') => `id: ${++id}\nevent: ${name}\ndata: ${data}\n\n`,
  };
}
