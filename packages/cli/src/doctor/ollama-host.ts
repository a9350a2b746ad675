import { withoutLastSlashes } from '@melliflow/provider-kit';
import { type Environment, variable } from './endpoints.js';

const OLLAMA_URL = 'http://127.0.0.1:11434';

/**
 * Where an Ollama server is looked for, by the rules of its backend: `OLLAMA_HOST` may lack scheme and port, and may be
 * the address at which a server listens, which nobody can call. Null where it is no address.
 */
export function ollamaHost(env: Environment): string | null {
  const host = variable(env, 'OLLAMA_HOST');
  if (host === undefined) return OLLAMA_URL;
  const address = host.includes('://') ? host : `http://${host.startsWith(':') ? `127.0.0.1${host}` : host}`;
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return null;
  const url = new URL(address);
  // Without a scheme the port is Ollama's, not that of http.
  if (!host.includes('://') && !/:\d+(\/|$)/.test(host)) url.port = '11434';
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  return withoutLastSlashes(url.href);
}
