import { isSameEndpoint, withoutLastSlashes } from '@melliflow/provider-kit';

/** The environment, as a program has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the variables of a provider mean (decision 10). */
export interface ProviderVariables {
  readonly provider: 'openai' | 'hf' | 'watsonx' | 'ollama';
  /** What names the endpoint; the first that is set counts. */
  readonly addresses: readonly string[];
  /** Where requests go when no variable says it; null where there is no such place. */
  readonly usual: string | null;
  /** What allows requests; the first that is set counts. */
  readonly keys: readonly string[];
  /** Whether the key itself goes to the endpoint, with each request. */
  readonly isBearer: boolean;
  /** Where the keys go, if not to the endpoint. */
  readonly keyEndpoint?: string | undefined;
  readonly others: readonly string[];
}

const watsonx = (...names: string[]): string[] =>
  ['WATSONX_AI_', 'WATSONX_'].flatMap((prefix) => names.map((name) => prefix + name));

/** All providers that read variables. */
export const providers: readonly ProviderVariables[] = [
  {
    provider: 'openai',
    addresses: ['OPENAI_BASE_URL'],
    usual: 'https://api.openai.com/v1',
    keys: ['OPENAI_API_KEY'],
    isBearer: true,
    others: ['OPENAI_ORG_ID', 'OPENAI_PROJECT_ID', 'OPENAI_CUSTOM_HEADERS'],
  },
  {
    provider: 'hf',
    addresses: ['HF_INFERENCE_ENDPOINT'],
    usual: 'https://router.huggingface.co/v1',
    keys: ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN'],
    isBearer: true,
    others: [],
  },
  {
    provider: 'watsonx',
    addresses: watsonx('URL'),
    usual: null,
    keys: watsonx('APIKEY', 'API_KEY', 'BEARER_TOKEN'),
    isBearer: false,
    others: watsonx('PROJECT_ID', 'SPACE_ID', 'AUTH_TYPE', 'AUTH_URL'),
  },
  {
    provider: 'ollama',
    addresses: ['OLLAMA_HOST'],
    usual: 'http://127.0.0.1:11434',
    keys: ['OLLAMA_API_KEY'],
    isBearer: false,
    keyEndpoint: 'https://ollama.com',
    others: [],
  },
];

/** A variable without white space around it; undefined where it is not set. */
export function variable(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

/** The first of the variables that is set. */
export function firstSet(env: Environment, names: readonly string[]): string | undefined {
  return names.find((name) => variable(env, name) !== undefined);
}

/** Where the requests of a provider go, as the environment says it. */
export function endpointOf({ addresses, usual }: ProviderVariables, env: Environment): string | null {
  const name = firstSet(env, addresses);
  return name === undefined ? usual : (variable(env, name) ?? null);
}

/**
 * The key of the environment that belongs to an address, as a backend would send it: to the endpoint that the
 * environment names, else the provider's own, and nowhere else.
 */
export function keyFor(baseURL: string, env: Environment): { name: string; value: string } | null {
  const owner = providers.find((one) => one.isBearer && isOwnEndpoint(one, baseURL, env));
  const name = owner && firstSet(env, owner.keys);
  const value = name && variable(env, name);
  return name && value ? { name, value } : null;
}

function isOwnEndpoint(of: ProviderVariables, baseURL: string, env: Environment): boolean {
  const endpoint = endpointOf(of, env);
  return endpoint !== null && isSameEndpoint(baseURL, withVersion(endpoint, of));
}

/** Hugging Face's may lack the /v1 that requests get. */
function withVersion(endpoint: string, { provider }: ProviderVariables): string {
  const bare = withoutLastSlashes(endpoint);
  return provider === 'hf' && !/\/v\d+$/.test(bare) ? `${bare}/v1` : bare;
}

/** An address as it may be shown: without credentials and a query; null where it is none. */
export function shownAddress(address: string): string | null {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return null;
  const { origin, pathname } = new URL(address);
  return origin + withoutLastSlashes(pathname);
}
