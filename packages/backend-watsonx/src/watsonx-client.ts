import type { KeyCredentials } from './watsonx-credentials.js';
import { serviceUrlOf } from './watsonx-endpoint.js';
import type { WatsonxClient, WatsonxSettings } from './watsonx-settings.js';

/** The version of the API that the requests and replies of this package are of; the SDK's own moves with it. */
const API_VERSION = '2026-08-05';

/**
 * The client that is given, or one of the installed SDK, which is loaded with the first call. It has no credentials:
 * each request brings its own.
 */
export async function loadClient(settings: WatsonxSettings): Promise<WatsonxClient> {
  const { client, version = API_VERSION } = settings;
  if (client) return client;
  const serviceUrl = serviceUrlOf(settings);
  const { WatsonXAI } = await import('@ibm-cloud/watsonx-ai');
  const { NoAuthAuthenticator } = await import('@ibm-cloud/watsonx-ai/authentication');
  return new WatsonXAI({ version, serviceUrl, authenticator: new NoAuthAuthenticator() });
}

/**
 * One exchange of a key for a token, by the SDK's authenticator. The SDK's own cache of tokens is not used: it waits
 * for an exchange however long it takes, and keeps a token that the service refuses.
 */
export async function exchange({ apiKey, iamUrl }: KeyCredentials, signal: AbortSignal): Promise<string> {
  const { IamAuthenticator } = await import('@ibm-cloud/watsonx-ai/authentication');
  const request: { headers?: Record<string, string> } = {};
  const authenticator = new IamAuthenticator({ apikey: apiKey, signal, ...(iamUrl && { url: iamUrl }) });
  await authenticator.authenticate(request);
  return request.headers?.Authorization?.replace(/^Bearer /, '') ?? '';
}
