import { environmentVariable, isSameEndpoint, patientFetch, readFailure } from '@melliflow/provider-kit';
import type { ResponsesSettings } from './responses-settings.js';

/** Where Responses is reached when nothing else is said. */
const RESPONSES_URL = 'https://api.responses.example/v1';

/** The key of these settings. That of the environment is Responses's, so no other server gets it. */
export function keyOf({ apiKey, baseURL = RESPONSES_URL }: ResponsesSettings): string | undefined {
  if (apiKey !== undefined) return apiKey;
  return isSameEndpoint(baseURL, RESPONSES_URL) ? environmentVariable('RESPONSES_API_KEY') : undefined;
}

/**
 * One request: resolves when the reply has begun.
 *
 * @throws FailedReply when its status is an error; the kit makes an error of the family of it.
 */
export async function postToResponses(
  settings: ResponsesSettings,
  path: string,
  body: object,
  signal: AbortSignal,
): Promise<Response> {
  const { baseURL = RESPONSES_URL, fetch = patientFetch } = settings;
  const key = keyOf(settings);
  const reply = await fetch(baseURL.replace(/\/+$/, '') + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify(body),
    signal,
  });
  if (!reply.ok) throw await readFailure(reply, signal);
  return reply;
}
