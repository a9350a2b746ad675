import { type BackendError, ConnectionError, GenerationTimeoutError } from '@melliflow/core';
import type { FailureOrigin } from './error-from-status.js';
import { ownError } from './own-error.js';

/** What the codes of platforms mean, in words that say what to do. */
const meanings: readonly (readonly [codes: RegExp, words: string, retryable?: boolean])[] = [
  [/^ECONNREFUSED$/, 'the connection was refused; is the server running at this address?'],
  [/^(ENOTFOUND|EAI_\w+)$/, 'the host was not found; check its name and the network'],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET|ECONNABORTED)$/, 'the connection broke'],
  [/^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/, 'the host does not answer'],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|^ERR_TLS|^ERR_SSL/,
    'the certificate of the host is not accepted',
    false,
  ],
];

/** The time limits of the platform itself. */
const platformTimeouts = /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/;

/** How a `fetch`, or the reading of its body, says that the network failed. */
const networkWords =
  /fetch failed|failed to fetch|network|load failed|terminated|socket|connection|error sending request|connect error/i;

/** What the platforms themselves say; other words are of whoever made the `fetch`, and may hold the request. */
const platformWords =
  /^(fetch failed|failed to fetch|load failed|terminated|other side closed|socket hang up|network error|network ?error when attempting to fetch resource|the network connection was lost)\.?$/i;

/** How far causes are followed; some are their own. */
const MAX_DEPTH = 6;

/** A failure of the network as an error of the family; null when it is something else. */
export function errorFromNetwork(thrown: unknown, origin: FailureOrigin): BackendError | null {
  const chain = causes(thrown);
  const codes = chain.flatMap(({ code }) => (typeof code === 'string' ? [code] : []));
  const { provider, model } = origin;
  const innermost = chain.at(-1);
  const cause = ownError(innermost ?? thrown, origin);
  if (codes.some((code) => platformTimeouts.test(code))) {
    const message = `${provider}: the platform's own time limit for a reply ran out.`;
    return new GenerationTimeoutError(message, { provider, model, cause });
  }
  for (const [known, words, retryable] of meanings) {
    const code = codes.find((one) => known.test(one));
    if (code)
      return new ConnectionError(`${provider}: ${words} (${code}).`, { provider, model, retryable, cause });
  }
  const isNetwork = chain.some(({ name, message }) => name === 'TypeError' && networkWords.test(message));
  if (!isNetwork) return null;
  const known = chain.find(({ message }) => platformWords.test(message));
  const words = known ? `: ${known.message}` : '';
  return new ConnectionError(`${provider}: the connection failed${words}`, { provider, model, cause });
}

interface Link {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
}

/** An error and what led to it, the outermost first. */
function causes(thrown: unknown): Link[] {
  const chain: Link[] = [];
  for (let step: unknown = thrown; chain.length < MAX_DEPTH && step instanceof Error; step = step.cause) {
    chain.push(step as Link);
  }
  return chain;
}
