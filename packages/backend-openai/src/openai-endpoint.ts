import { holdsPassword } from '@melliflow/provider-kit';

/** What is known of where the requests go. */
export interface OpenAIEndpoint {
  readonly baseURL: string;
  /** OpenAI itself, or Azure's: it refuses options that compatible servers know. */
  readonly isOpenAI: boolean;
}

/** @throws TypeError when the address, which may be the environment's, is none. */
export function endpointOf(baseURL: string): OpenAIEndpoint {
  if (!URL.canParse(baseURL)) {
    throw new TypeError('baseURL (or OPENAI_BASE_URL) must be an absolute http or https URL.');
  }
  if (holdsPassword(baseURL)) {
    throw new TypeError('baseURL (or OPENAI_BASE_URL) must hold no user and password; give apiKey.');
  }
  const { hostname } = new URL(baseURL);
  return { baseURL, isOpenAI: /(^|\.)(openai\.com|openai\.azure\.com)$/.test(hostname) };
}
