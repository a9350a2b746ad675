import { environmentVariable, headerValues, patientFetch, secretValues } from '@melliflow/provider-kit';
import type { OllamaClient, OllamaSettings } from './ollama-settings.js';

/** What the SDK's client holds; its types hide it. */
interface ClientInside {
  readonly config?: { readonly headers?: HeadersInit | undefined } | undefined;
}

/**
 * The client that is given, or a new one of the installed SDK, which is loaded with the first call. It is the SDK's
 * entry for browsers: the other one reads local files whose names stand among the images.
 */
export async function clientOf(settings: OllamaSettings, host: string): Promise<OllamaClient> {
  const { client, apiKey, fetch = patientFetch } = settings;
  if (client) return client;
  const { Ollama } = await import('ollama/browser');
  return new Ollama({ host, fetch, ...(apiKey && { headers: { authorization: `Bearer ${apiKey}` } }) });
}

/** What errors must not show: the key, or whatever the headers of a given client carry. */
export function secretsOf({ client, apiKey }: OllamaSettings): string[] {
  const { headers } = (client as ClientInside | undefined)?.config ?? {};
  return secretValues([apiKey, environmentVariable('OLLAMA_API_KEY'), ...headerValues(headers)]);
}
