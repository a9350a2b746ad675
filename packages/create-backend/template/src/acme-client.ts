import { environmentVariable, isSameEndpoint, patientFetch, readFailure } from '@melliflow/provider-kit';
import type { AcmeSettings } from './acme-settings.js';

/** Where Acme is reached when nothing else is said. */
const ACME_URL = 'https://api.acme.example/v1';

/** The key of these settings. That of the environment is Acme's, so no other server gets it. */
export function keyOf({ apiKey, baseURL = ACME_URL }: AcmeSettings): string | undefined {
  if (apiKey !== undefined) return apiKey;
  return isSameEndpoint(baseURL, ACME_URL) ? environmentVariable('ACME_API_KEY') : undefined;
}

/**
 * One request: resolves when the reply has begun.
 *
 * @throws FailedReply when its status is an error; the kit makes an error of the family of it.
 */
export async function postToAcme(
  settings: AcmeSettings,
  path: string,
  body: object,
  signal: AbortSignal,
): Promise<Response> {
  const { baseURL = ACME_URL, fetch = patientFetch } = settings;
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
