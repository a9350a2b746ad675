import { environmentVariable, holdsPassword, withoutLastSlashes } from '@melliflow/provider-kit';

/** The router of Hugging Face, which finds who serves a model. */
const ROUTER = 'https://router.huggingface.co';

/** Where requests go. */
export interface HfEndpoint {
  readonly chatURL: string;
  readonly rawURL: string;
}

/**
 * The endpoint of a URL; null for the router, of which the SDK knows the address itself. The SDK takes a URL that ends
 * in the path of one task for both, so each task gets its own.
 *
 * @throws TypeError when the URL, which may be the environment's, is none.
 */
export function endpointOf(url: string | undefined): HfEndpoint | null {
  if (url === undefined || isRouter(url)) return null;
  checkEndpoint(url, 'The endpoint (HF_INFERENCE_ENDPOINT, or endpointUrl of the client)');
  const bare = withoutLastSlashes(url.trim());
  const base = bare.replace(/\/(chat\/)?completions$/, '');
  const versioned = base !== bare || base.endsWith('/v1') ? base : `${base}/v1`;
  return { chatURL: `${versioned}/chat/completions`, rawURL: `${versioned}/completions` };
}

/** Where a backend's requests go unless it is told. */
export function environmentURL(): string | undefined {
  return environmentVariable('HF_INFERENCE_ENDPOINT');
}

/** Whether that is the router as a whole: it has chats, no raw prompts. The path of one provider is an endpoint. */
export function isRouter(url: string | undefined): boolean {
  if (url === undefined) return true;
  return isAtRouter(url) && /^\/*(v1\/*(chat\/completions\/*)?)?$/.test(new URL(url).pathname);
}

/** Whether it is the router, or a provider behind it: both take the tokens of Hugging Face. */
export function isAtRouter(url: string): boolean {
  return URL.canParse(url) && new URL(url).origin === ROUTER;
}

/** @throws TypeError, without the URL where it holds a password. */
export function checkEndpoint(url: string, name: string): void {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new TypeError(`${name} must be an absolute http or https URL.`);
  }
  const { search, hash } = new URL(url);
  if (holdsPassword(url)) {
    throw new TypeError(`${name} must hold no user and password; give apiKey, or a fetch that adds headers.`);
  }
  if (search !== '' || hash !== '') throw new TypeError(`${name} must be without a query and a fragment.`);
}
