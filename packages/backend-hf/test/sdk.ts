import { InferenceClient } from '@huggingface/inference';
import { HfBackend, type HfSettings } from '../src/index.js';

/** How a backend comes to its client, and to its server. */
export interface Sdk {
  readonly name: string;
  backend(server: { readonly baseURL: string }, settings?: Partial<HfSettings>): HfBackend;
}

/** A client of the SDK, made by the user, with its retries as users have them: for ever. */
export const givenSdk: Sdk = {
  name: 'a client of the user',
  backend({ baseURL }, { apiKey = 'hf_test_key_1', ...settings } = {}) {
    const client = new InferenceClient(apiKey, { endpointUrl: baseURL });
    return new HfBackend({ modelId: 'm', retry: { attempts: 1 }, client, ...settings });
  },
};

/** A client of the installed SDK, made by the backend. */
export const ownSdk: Sdk = {
  name: 'the client of the backend',
  backend: ({ baseURL }, settings) =>
    new HfBackend({ modelId: 'm', retry: { attempts: 1 }, apiKey: 'hf_test_key_1', baseURL, ...settings }),
};

/** The router, all of whose hosts are led to the server; there are no raw prompts. */
export const routerSdk: Sdk = {
  name: 'the router',
  backend: ({ baseURL }, settings) =>
    new HfBackend({
      modelId: 'org/m:together',
      retry: { attempts: 1 },
      apiKey: 'hf_test_key_1',
      fetch: (input, init) => fetch(String(input).replace(/^https:\/\/[^/]+/, new URL(baseURL).origin), init),
      ...settings,
    }),
};

/** Those that have an endpoint. */
export const sdks: readonly Sdk[] = [givenSdk, ownSdk];
