import type { WireServer } from '@melliflow/backend-conformance/servers';
import { OpenAI as OpenAI6 } from 'openai-6';
import { OpenAI as OpenAI7 } from 'openai-7';
import { OpenAIBackend, type OpenAISettings } from '../src/index.js';

/** How a backend comes to its client. */
export interface Sdk {
  readonly name: string;
  backend(server: WireServer, settings?: Partial<OpenAISettings>): OpenAIBackend;
}

const given = (name: string, Client: typeof OpenAI6 | typeof OpenAI7): Sdk => ({
  name,
  backend({ baseURL }, { apiKey = 'sk-test-key-1', ...settings } = {}) {
    // With the retries and the log of the SDK as users have them.
    const client = new Client({ apiKey: apiKey as string, baseURL });
    return new OpenAIBackend({ modelId: 'm', retry: { attempts: 1 }, client, ...settings });
  },
});

/** A client of either version of the SDK, made by the user. */
export const givenSdks: readonly Sdk[] = [given('openai 6', OpenAI6), given('openai 7', OpenAI7)];

/** A client of the installed SDK, made by the backend. */
export const ownSdk: Sdk = {
  name: 'the client of the backend',
  backend: ({ baseURL }, settings) =>
    new OpenAIBackend({
      modelId: 'm',
      retry: { attempts: 1 },
      apiKey: 'sk-test-key-1',
      baseURL,
      ...settings,
    }),
};

export const sdks: readonly Sdk[] = [...givenSdks, ownSdk];
