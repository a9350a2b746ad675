import { AuthenticationError } from '@melliflow/core';
import { environmentVariable, isSameEndpoint, patientFetch, secretValues } from '@melliflow/provider-kit';
import { environmentURL, isAtRouter, isRouter } from './hf-endpoint.js';
import type { HfClient, HfSettings } from './hf-settings.js';

/** What the SDK's client holds; its types hide it. */
interface ClientInside {
  readonly accessToken?: unknown;
  readonly defaultOptions?: {
    readonly endpointUrl?: string | undefined;
    readonly fetch?: typeof globalThis.fetch | undefined;
  };
}

/** The URL to which these settings lead; undefined for the router. */
export function urlOf({ client, baseURL }: HfSettings): string | undefined {
  if (client) return (client as ClientInside).defaultOptions?.endpointUrl;
  return baseURL ?? environmentURL();
}

/** The `fetch` that makes the requests, without the time limit of the platform's own. */
export function fetchOf({ client, fetch }: HfSettings): typeof globalThis.fetch {
  const own = client ? (client as ClientInside).defaultOptions?.fetch : fetch;
  return own === undefined || own === globalThis.fetch ? patientFetch : own;
}

/** What errors must not show: the keys, also without the prefix that all tokens have. */
export function secretsOf({ client, apiKey }: HfSettings): string[] {
  const { accessToken } = (client ?? {}) as ClientInside;
  const keys = [apiKey, environmentKey(), accessToken].map((key) => String(key ?? ''));
  return secretValues(keys.flatMap((key) => [key, key.replace(/^hf_/, '')]));
}

/** What to do when the key is refused: an endpoint that the settings name is not sent that of the environment. */
export function keyHintOf(settings: HfSettings): string | undefined {
  const isWithheld = !settings.client && apiKeyOf(settings) === undefined && environmentKey() !== undefined;
  return isWithheld ? 'give apiKey: HF_TOKEN does not go to a baseURL of the settings' : undefined;
}

/**
 * The client that is given, or one of the installed SDK, which is loaded with the first call.
 *
 * @throws AuthenticationError (`authentication`) when there is no key for the router.
 */
export async function loadClient(settings: HfSettings): Promise<HfClient> {
  if (settings.client) return settings.client;
  const { modelId, billTo } = settings;
  const apiKey = apiKeyOf(settings);
  if (apiKey === undefined && isRouter(urlOf(settings))) {
    const message = 'hf: there is no key for the router. Give apiKey, or set HF_TOKEN.';
    throw new AuthenticationError(message, { provider: 'hf', model: modelId });
  }
  const { InferenceClient } = await import('@huggingface/inference');
  return new InferenceClient(apiKey, { ...(billTo !== undefined && { billTo }) });
}

/** A key of the environment goes to the endpoint that the environment names, and to Hugging Face itself. */
function apiKeyOf({ apiKey, baseURL }: HfSettings): string | undefined {
  if (apiKey !== undefined) return apiKey;
  const named = environmentURL();
  const isOwn =
    baseURL === undefined || isAtRouter(baseURL) || (named !== undefined && isSameEndpoint(baseURL, named));
  return isOwn ? environmentKey() : undefined;
}

function environmentKey(): string | undefined {
  return environmentVariable('HF_TOKEN') ?? environmentVariable('HUGGING_FACE_HUB_TOKEN');
}
