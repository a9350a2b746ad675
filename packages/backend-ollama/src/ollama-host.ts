import { environmentVariable, holdsPassword } from '@melliflow/provider-kit';

/** Where a server listens when nobody said anything else. */
const OLLAMA_URL = 'http://127.0.0.1:11434';

/**
 * Where the requests go, as the SDK takes it. `OLLAMA_HOST` may lack scheme and port, and may be the address at which
 * a server listens (`0.0.0.0`), which nobody can call.
 *
 * @throws TypeError when the environment holds what is no host.
 */
export function hostOf(baseURL: string | undefined): string {
  if (baseURL !== undefined) return baseURL;
  const host = environmentVariable('OLLAMA_HOST');
  if (host === undefined) return OLLAMA_URL;
  const url = withScheme(host.startsWith(':') ? `127.0.0.1${host}` : host);
  checkHost(url, 'OLLAMA_HOST');
  return url.replace(/\/\/0\.0\.0\.0(?=[:/]|$)/, '//127.0.0.1').replace('//[::]', '//[::1]');
}

/** @throws TypeError, without the address where it holds a password. */
export function checkHost(url: string, name: string): void {
  if (!URL.canParse(url)) throw new TypeError(`${name} must be the address of a server.`);
  const { pathname, search } = new URL(url);
  if (holdsPassword(url)) {
    throw new TypeError(`${name} must hold no user and password; give apiKey, or a fetch that adds headers.`);
  }
  if (/\/(v1|api)\/?$/.test(pathname) || search !== '') {
    throw new TypeError(`${name} must be the server itself, without /v1, /api or a query; got "${url}".`);
  }
}

/** Without a scheme the port is Ollama's, not that of http. */
function withScheme(host: string): string {
  if (host.includes('://')) return host;
  const url = `http://${host}`;
  return URL.canParse(url) && !/:\d+(\/|$)/.test(host) ? url.replace(/^(http:\/\/[^/]*)/, '$1:11434') : url;
}
