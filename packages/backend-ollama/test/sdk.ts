import { Ollama } from 'ollama';
import { Ollama as BrowserOllama } from 'ollama/browser';
import { OllamaBackend, type OllamaSettings } from '../src/index.js';

/** How a backend comes to its client. */
export interface Sdk {
  readonly name: string;
  backend(server: { readonly baseURL: string }, settings?: Partial<OllamaSettings>): OllamaBackend;
}

const given = (name: string, Client: typeof Ollama | typeof BrowserOllama): Sdk => ({
  name,
  backend({ baseURL }, { apiKey = 'ollama-key-1', ...settings } = {}) {
    const client = new Client({ host: baseURL, headers: { Authorization: `Bearer ${apiKey}` } });
    return new OllamaBackend({ modelId: 'm', retry: { attempts: 1 }, client, ...settings });
  },
});

/** A client of the SDK, made by the user: of the entry for Node, which reads files, or of that for browsers. */
export const givenSdks: readonly Sdk[] = [given('ollama', Ollama), given('ollama/browser', BrowserOllama)];

/** A client of the installed SDK, made by the backend. */
export const ownSdk: Sdk = {
  name: 'the client of the backend',
  backend: ({ baseURL }, settings) =>
    new OllamaBackend({
      modelId: 'm',
      retry: { attempts: 1 },
      apiKey: 'ollama-key-1',
      baseURL,
      ...settings,
    }),
};

export const sdks: readonly Sdk[] = [...givenSdks, ownSdk];
