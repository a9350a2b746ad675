import {
  hfWire,
  ollamaWire,
  openaiWire,
  startServer,
  type Wire,
  type WireServer,
  watsonxWire,
} from '@melliflow/backend-conformance/servers';
import { HfBackend } from '@melliflow/backend-hf';
import { OllamaBackend } from '@melliflow/backend-ollama';
import { OpenAIBackend } from '@melliflow/backend-openai';
import { WatsonxBackend } from '@melliflow/backend-watsonx';
import type { Backend } from '@melliflow/core';
import type { Script } from './script.js';
import { DEAD } from './script.js';

/** The backends over one server. They live as long as the soak. */
export interface Provider {
  readonly name: string;
  readonly server: WireServer;
  /** Tries again what may be tried again, and waits as long as it takes. */
  readonly patient: Backend;
  /** Gives up early, and tries once. */
  readonly impatient: Backend;
  /** Its server is down. */
  readonly dead: Backend;
}

interface Settings {
  readonly modelId: string;
  readonly baseURL: string;
  readonly retry: { readonly attempts: number; readonly initialDelayMs: number };
  readonly timeouts?: Readonly<Record<string, number>>;
  readonly maxConcurrency: number;
}

interface Row {
  readonly name: string;
  readonly wire: Wire;
  make(settings: Settings): Backend;
}

const rows: readonly Row[] = [
  { name: 'openai', wire: openaiWire(), make: (all) => new OpenAIBackend({ apiKey: 'any', ...all }) },
  {
    name: 'openai, no batches',
    wire: openaiWire(),
    make: (all) => new OpenAIBackend({ apiKey: 'any', rawBatch: false, ...all }),
  },
  { name: 'ollama', wire: ollamaWire(), make: (all) => new OllamaBackend(all) },
  { name: 'hf', wire: hfWire(), make: (all) => new HfBackend({ apiKey: 'any', ...all }) },
  {
    name: 'watsonx',
    wire: watsonxWire({ bearerToken: 'any' }),
    make: (all) => new WatsonxBackend({ bearerToken: 'any', projectId: 'any', ...all }),
  },
];

/** Starts the servers, which answer by the script. */
export function startProviders(script: Script): Promise<Provider[]> {
  return Promise.all(
    rows.map(async ({ name, wire, make }) => {
      const server = await startServer(wire);
      server.reply(script.of(wire));
      const { baseURL } = server;
      const once = { modelId: 'm', baseURL, retry: { attempts: 1, initialDelayMs: 1 }, maxConcurrency: 12 };
      const early = { headersMs: 150, firstChunkMs: 150, idleMs: 150 };
      return {
        name,
        server,
        patient: make({ ...once, retry: { attempts: 3, initialDelayMs: 1 } }),
        impatient: make({ ...once, timeouts: early }),
        dead: make({ ...once, modelId: DEAD }),
      };
    }),
  );
}
