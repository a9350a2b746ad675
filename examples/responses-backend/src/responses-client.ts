import { AuthenticationError } from '@melliflow/core';
import { environmentVariable, isSameEndpoint, patientFetch, readFailure } from '@melliflow/provider-kit';
import type { OpenAI } from 'openai';
import type { ResponseCreateParams } from 'openai/resources/responses/responses.js';
import type { ResponsesSettings } from './responses-settings.js';

/** Where OpenAI is reached when nothing else is said. */
const OPENAI_URL = 'https://api.openai.com/v1';

/** The longest time limit that timers, and so the SDK, can keep. */
const MAX_TIMEOUT_MS = 2_147_483_647;

/** The key of these settings. That of the environment is OpenAI's, so no other server gets it. */
export function keyOf({ apiKey, baseURL = OPENAI_URL }: ResponsesSettings): string | undefined {
  if (apiKey !== undefined) return apiKey;
  return isSameEndpoint(baseURL, OPENAI_URL) ? environmentVariable('OPENAI_API_KEY') : undefined;
}

/**
 * The client of the SDK, which is loaded with the first call. Its retries, its log and its time limit are off: the kit
 * has those. What the environment holds for OpenAI (accounts, an admin's key) stays there.
 *
 * @throws AuthenticationError (`authentication`) when there is no key for OpenAI.
 */
export async function loadClient(settings: ResponsesSettings): Promise<OpenAI> {
  const { baseURL = OPENAI_URL, fetch = patientFetch, modelId: model } = settings;
  const apiKey = keyOf(settings);
  if (apiKey === undefined && isSameEndpoint(baseURL, OPENAI_URL)) {
    const message = 'responses: there is no key. Give apiKey, or set OPENAI_API_KEY.';
    throw new AuthenticationError(message, { provider: 'responses', model });
  }
  const { OpenAI } = await import('openai');
  return new OpenAI({
    apiKey: apiKey ?? 'none', // a server of one's own seldom wants a key, but the SDK does
    adminAPIKey: null,
    organization: null,
    project: null,
    baseURL,
    fetch: failing(fetch),
    maxRetries: 0,
    timeout: MAX_TIMEOUT_MS,
    logLevel: 'off',
  });
}

/**
 * One request: resolves when the reply has begun.
 *
 * @throws FailedReply, in the SDK's error, when its status is an error.
 */
export function postToResponses(client: OpenAI, body: object, signal: AbortSignal): Promise<Response> {
  return client.responses.create(body as ResponseCreateParams, { signal }).asResponse();
}

/** A `fetch` whose failed replies are errors with all that the server said; the SDK would keep a part of it. */
function failing(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const reply = await fetch(input, init);
    if (!reply.ok) throw await readFailure(reply, init?.signal ?? new AbortController().signal);
    return reply;
  };
}
