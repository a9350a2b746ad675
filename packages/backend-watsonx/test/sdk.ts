import { WatsonXAI } from '@ibm-cloud/watsonx-ai';
import { BearerTokenAuthenticator } from '@ibm-cloud/watsonx-ai/authentication';
import { WatsonxBackend, type WatsonxSettings } from '../src/index.js';

/** How a backend comes to its client, and its client to be allowed. */
export interface Sdk {
  readonly name: string;
  backend(server: { readonly baseURL: string }, settings?: Partial<WatsonxSettings>): WatsonxBackend;
}

const usual = { modelId: 'm', projectId: 'p', retry: { attempts: 1 } };

/** A client of the SDK, made by the user, with the SDK's retries on. */
export const givenSdk: Sdk = {
  name: 'a client that is given',
  backend({ baseURL }, { apiKey, bearerToken = apiKey ?? 'watsonx-token-1', ...settings } = {}) {
    const client = new WatsonXAI({
      version: '2026-08-05',
      serviceUrl: baseURL,
      authenticator: new BearerTokenAuthenticator({ bearerToken }),
    });
    client.enableRetries({ maxRetries: 2 });
    return new WatsonxBackend({ ...usual, client, ...settings });
  },
};

/** A client that the backend makes, with a token of the user's. */
export const tokenSdk: Sdk = {
  name: 'a bearer token',
  backend: ({ baseURL }, { apiKey, bearerToken = apiKey ?? 'watsonx-token-1', ...settings } = {}) =>
    new WatsonxBackend({ ...usual, bearerToken, baseURL, ...settings }),
};

/** A client that the backend makes, with a key that is exchanged at the same server. */
export const keySdk: Sdk = {
  name: 'a key',
  backend: ({ baseURL }, settings) =>
    new WatsonxBackend({ ...usual, apiKey: 'watsonx-key-1', iamUrl: baseURL, baseURL, ...settings }),
};

export const sdks: readonly Sdk[] = [givenSdk, tokenSdk, keySdk];
