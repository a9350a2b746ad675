import { AuthenticationError } from '@melliflow/core';
import {
  environmentVariable,
  headerValues,
  isSameEndpoint,
  patientFetch,
  secretValues,
} from '@melliflow/provider-kit';
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
  return baseURL ?? ownURL();
}

/** The endpoint that the environment names, else OpenAI: only there goes what the environment holds. */
function ownURL(): string {
  return environmentVariable('OPENAI_BASE_URL') ?? OPENAI_URL;
}

/** A variable of the environment for the endpoint of these settings. */
function variableFor(name: string, { baseURL }: OpenAISettings): string | undefined {
  const isOwn = baseURL === undefined || isSameEndpoint(baseURL, ownURL());
  return isOwn ? environmentVariable(name) : undefined;
}

/** The key of these settings, where it is known before a request. */
export function apiKeyOf(settings: OpenAISettings): string | undefined {
  const { client, apiKey } = settings;
  const key = client ? (client as ClientInside).apiKey : apiKey;
  if (client || key !== undefined) return typeof key === 'string' ? key : undefined;
  return variableFor('OPENAI_API_KEY', settings);
}

/** What to do when the key is refused: a server that the settings name is not sent that of the environment. */
export function keyHintOf(settings: OpenAISettings): string | undefined {
  const isWithheld =
    !settings.client &&
    apiKeyOf(settings) === undefined &&
    settings.apiKey === undefined &&
    environmentVariable('OPENAI_API_KEY') !== undefined;
  return isWithheld ? 'give apiKey: OPENAI_API_KEY does not go to a baseURL of the settings' : undefined;
}

/** What errors must not show, as far as it is known before a request. */
export function secretsOf(settings: OpenAISettings): string[] {
  const { client, defaultHeaders } = settings;
  const ofClient = (client as ClientInside | undefined)?._options?.defaultHeaders;
  return secretValues([
    apiKeyOf(settings),
    ...headerValues(defaultHeaders),
    ...headerValues(ofClient),
    ...environmentHeaders().values(),
  ]);
}

/** What the SDK's client holds; its types hide it. */
interface ClientInside {
  readonly apiKey?: unknown;
  readonly _options?: { readonly defaultHeaders?: unknown } | undefined;
}

/**
 * The client that is given, or one of the installed SDK, which is loaded with the first call. Its own retries are
 * off, its own log is off, and its time limit is above ours.
 *
 * @param onKey Told the key that is sent, and every one that a function gives, so that it can be kept out of errors.
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
  if (apiKey === undefined && isSameEndpoint(baseURL, OPENAI_URL)) {
    const message = 'openai: there is no key. Give apiKey, or set OPENAI_API_KEY.';
    throw new AuthenticationError(message, { provider: 'openai', model: settings.modelId });
  }
  // The client keeps sending it, whatever the environment names later.
  if (typeof apiKey === 'string') onKey(apiKey);
  const { OpenAI } = await import('./openai-client.js');
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

function account(
  given: string | null | undefined,
  variable: string,
  settings: OpenAISettings,
): string | null {
  return given !== undefined ? given : (variableFor(variable, settings) ?? null);
}

/** Those of the environment go with its key; null is what keeps the SDK from sending them elsewhere. */
function headersOf(settings: OpenAISettings): Record<string, string | null> {
  const isWithheld = variableFor('OPENAI_CUSTOM_HEADERS', settings) === undefined;
  const names = isWithheld ? environmentHeaders().keys() : [];
  return { ...Object.fromEntries([...names].map((name) => [name, null])), ...settings.defaultHeaders };
}

function watched(give: () => Promise<string>, onKey: (key: string) => void): () => Promise<string> {
  return async () => {
    const key = await give();
    if (typeof key === 'string') onKey(key);
    return key;
  };
}
