import {
  hfServer,
  ollamaServer,
  openaiServer,
  type WireServer,
  watsonxServer,
} from '@melliflow/backend-conformance/servers';
import { type Session, type StartSessionOptions, startSession } from '@melliflow/stdlib';

/** A provider's wire, and the name of the backend that speaks it. A new provider is one row more. */
export interface WireRow {
  readonly backend: 'ollama' | 'openai' | 'watsonx' | 'hf';
  start(): Promise<WireServer>;
  /** What `startSession` needs beside the model and the server's address. */
  readonly settings: StartSessionOptions;
}

export const wires: readonly WireRow[] = [
  { backend: 'ollama', start: () => ollamaServer(), settings: {} },
  { backend: 'openai', start: () => openaiServer(), settings: { apiKey: 'any' } },
  {
    backend: 'watsonx',
    start: () => watsonxServer({ bearerToken: 'any' }),
    settings: { bearerToken: 'any', projectId: 'any' },
  },
  { backend: 'hf', start: () => hfServer(), settings: { apiKey: 'any' } },
];

/** A session over a wire, with the server at its other end. */
export interface OverWire extends AsyncDisposable {
  readonly m: Session;
  readonly server: WireServer;
  /** The conversation that request number `index` (from 0) brought, as one text. */
  prompt(index: number): string;
}

export async function overWire(row: WireRow, options: StartSessionOptions = {}): Promise<OverWire> {
  const server = await row.start();
  const { backend, settings } = row;
  const m = await startSession({ backend, modelId: 'm', baseURL: server.baseURL, ...settings, ...options });
  return {
    m,
    server,
    prompt: (index) =>
      server.requests
        .slice(index, index + 1)
        .flatMap(server.wire.prompts)
        .join(),
    async [Symbol.asyncDispose]() {
      await m.cleanup();
      await server.close();
    },
  };
}
