import { AuthenticationError } from '@melliflow/core';
import { environmentVariable, patientFetch } from '@melliflow/provider-kit';
import { environmentHeaders } from './openai-environment-headers.js';
import { keepErrorBodies } from './openai-error-bodies.js';
import type { OpenAIClient, OpenAISettings } from './openai-settings.js';

/** Where the requests go when nothing else is said. */
const OPENAI_URL = 'https://api.openai.com/v1';

/** A server of one's own seldom wants a key, but the SDK does. */
const NO_KEY = 'none';

/** Where the requests of these settings go. */
export function baseURLOf({ client, baseURL }: OpenAISettings): string {
  if (client) return client.baseURL ?? OPENAI_URL;
  return baseURL ?? environmentVariable('OPENAI_BASE_URL') ?? OPENAI_URL;
}

/** The key of these settings, where it is known before a request. */
export function apiKeyOf({ client, apiKey }: OpenAISettings): string | undefined {
  const key = client ? (client as { apiKey?: unknown }).apiKey : apiKey;
  if (client || key !== undefined) return typeof key === 'string' ? key : undefined;
  return environmentVariable('OPENAI_API_KEY');
}

/**
 * The client that is given, or one of the installed SDK, which is loaded with the first call. Its own retries are
 * off, its own log is off, and its time limit is above ours.
 *
 * @param onKey Told every key that a function gives, so that it can be kept out of errors.
 * @throws AuthenticationError (`authentication`) when there is no key for OpenAI.
 */
export async function loadClient(
  settings: OpenAISettings,
  onKey: (key: string) => void,
): Promise<OpenAIClient> {
  if (settings.client) return settings.client;
  const { fetch = patientFetch, dangerouslyAllowBrowser, organization, project } = settings;
  const baseURL = baseURLOf(settings);
  const apiKey = typeof settings.apiKey === 'function' ? watched(settings.apiKey, onKey) : apiKeyOf(settings);
  if (apiKey === undefined && baseURL === OPENAI_URL) {
    const message = 'openai: there is no key. Give apiKey, or set OPENAI_API_KEY.';
    throw new AuthenticationError(message, { provider: 'openai', model: settings.modelId });
  }
  const { OpenAI } = await import('openai');
  return new OpenAI({
    apiKey: apiKey ?? NO_KEY,
    baseURL,
    organization: account(organization, 'OPENAI_ORG_ID', settings),
    project: account(project, 'OPENAI_PROJECT_ID', settings),
    maxRetries: 0,
    logLevel: 'off',
    fetch: keepErrorBodies(fetch),
    defaultHeaders: headersOf(settings),
    ...(dangerouslyAllowBrowser && { dangerouslyAllowBrowser }),
  });
}

/** Accounts are OpenAI's: those of the environment do not go to a server that the settings name. */
function account(
  given: string | null | undefined,
  variable: string,
  { baseURL }: OpenAISettings,
): string | null {
  if (given !== undefined) return given;
  return (baseURL === undefined ? environmentVariable(variable) : undefined) ?? null;
}

/** Neither do the headers of the environment: null is what keeps the SDK from sending them. */
function headersOf({ baseURL, defaultHeaders }: OpenAISettings): Record<string, string | null> {
  const names = baseURL === undefined ? [] : environmentHeaders().keys();
  return { ...Object.fromEntries([...names].map((name) => [name, null])), ...defaultHeaders };
}

function watched(give: () => Promise<string>, onKey: (key: string) => void): () => Promise<string> {
  return async () => {
    const key = await give();
    if (typeof key === 'string') onKey(key);
    return key;
  };
}
