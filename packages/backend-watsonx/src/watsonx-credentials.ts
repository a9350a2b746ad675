import { AuthenticationError } from '@melliflow/core';
import { headerValues, isSameEndpoint, secretValues } from '@melliflow/provider-kit';
import { watsonxVariable } from './watsonx-environment.js';
import { modelOf, type WatsonxSettings } from './watsonx-settings.js';

/** What the requests are allowed by: a token, or a key that IAM gives one for. */
export type WatsonxCredentials = { readonly bearerToken: string } | KeyCredentials;

/** A key, and where it is exchanged. */
export interface KeyCredentials {
  readonly apiKey: string;
  /** Default: IBM Cloud's. */
  readonly iamUrl: string | undefined;
}

/**
 * The credentials of these settings; null for a server of one's own that was given none. Those of the environment go
 * to IBM and to the server that the environment names, not to one that only the settings name.
 *
 * @throws AuthenticationError (`authentication`) when there are none for IBM, or of a kind that takes a client.
 */
export function credentialsOf(settings: WatsonxSettings): WatsonxCredentials | null {
  const { apiKey, bearerToken, iamUrl = watsonxVariable('AUTH_URL') } = settings;
  if (bearerToken !== undefined) return { bearerToken };
  if (apiKey !== undefined) return { apiKey, iamUrl };
  if (!mayUseEnvironment(settings)) return null;
  const kind = watsonxVariable('AUTH_TYPE')?.toLowerCase();
  const [key, token] = [watsonxVariable('APIKEY', 'API_KEY'), watsonxVariable('BEARER_TOKEN')];
  if (kind === 'noauth') return null;
  if (kind !== undefined && kind !== 'iam' && kind !== 'bearertoken') {
    const what = `WATSONX_AI_AUTH_TYPE is "${kind}", which takes a client of your own (new WatsonXAI(…)).`;
    throw refused(settings, what);
  }
  if (key !== undefined && kind !== 'bearertoken') return { apiKey: key, iamUrl };
  if (token !== undefined && kind !== 'iam') return { bearerToken: token };
  const variables = 'WATSONX_AI_APIKEY or WATSONX_AI_BEARER_TOKEN';
  throw refused(settings, `there is no key. Give apiKey or bearerToken, or set ${variables}.`);
}

/** What to look at when the service refuses the token. */
export function keyHintOf(settings: WatsonxSettings): string {
  const { apiKey, bearerToken, client } = settings;
  if (client) return 'check the authenticator of the client';
  if (apiKey !== undefined || bearerToken !== undefined || mayUseEnvironment(settings)) {
    return 'check apiKey or bearerToken';
  }
  return 'a key of the environment goes to IBM alone: give apiKey or bearerToken beside this baseURL';
}

function mayUseEnvironment({ baseURL, iamUrl }: WatsonxSettings): boolean {
  return isKnownTo(baseURL, 'URL') && isKnownTo(iamUrl, 'AUTH_URL');
}

/** Whether an address is IBM's own, or the one that the environment names; no address means such a one. */
function isKnownTo(url: string | undefined, variable: string): boolean {
  if (url === undefined) return true;
  const named = watsonxVariable(variable);
  const isNamed = named !== undefined && isSameEndpoint(url, named);
  return isNamed || /\.(cloud\.ibm|wxai\.ibm|ibmforusgov)\.com$/.test(new URL(url).hostname);
}

/** What a client of the SDK was made with; its types hide it. */
interface ClientInside {
  readonly authenticator?: Credentialed | undefined;
  readonly baseOptions?: { readonly headers?: unknown } | undefined;
}

interface Credentialed {
  readonly [name: string]: unknown;
  readonly authHeader?: unknown;
  readonly tokenManager?: Readonly<Record<string, unknown>> | undefined;
}

const hidden = ['bearerToken', 'apikey', 'password', 'clientSecret', 'accessToken', 'refreshToken'] as const;

/** What errors must not show, whether it is in use or not. */
export function secretsOf({ apiKey, bearerToken, client }: WatsonxSettings): string[] {
  const { authenticator, baseOptions } = (client ?? {}) as ClientInside;
  const holders = [authenticator, authenticator?.tokenManager];
  const values = secretValues([
    apiKey,
    bearerToken,
    watsonxVariable('APIKEY', 'API_KEY'),
    watsonxVariable('BEARER_TOKEN'),
    ...holders.flatMap((holder) => hidden.map((name) => holder?.[name])),
    ...headerValues(authenticator?.authHeader),
    ...headerValues(baseOptions?.headers),
  ]);
  return [...new Set(values)];
}

function refused(settings: WatsonxSettings, what: string): AuthenticationError {
  return new AuthenticationError(`watsonx: ${what}`, { provider: 'watsonx', model: modelOf(settings) });
}
