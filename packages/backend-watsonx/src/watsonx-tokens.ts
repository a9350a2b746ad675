import type { TokenSource } from './watsonx-requests.js';

interface Exchange {
  readonly token: Promise<string>;
  readonly controller: AbortController;
  waiting: number;
}

/** A token that ends so soon may end on its way. */
const MARGIN_MS = 60_000;

/** So many of the last tokens are remembered as secrets. */
const MAX_SECRETS = 4;

/**
 * The tokens that a key is exchanged for. All who need one at once share an exchange, which ends when nobody waits for
 * it any more; a token is kept until shortly before its end, or until the service refuses it.
 */
export class WatsonxTokens implements TokenSource {
  readonly exchange: (signal: AbortSignal) => Promise<string>;
  /** The token at hand, and when it is one no more, by `performance.now()`. */
  kept: { readonly token: string; readonly until: number } | null = null;
  running: Exchange | null = null;
  /** The last tokens, which errors must not show. */
  secrets: readonly string[] = [];

  constructor(exchange: (signal: AbortSignal) => Promise<string>) {
    this.exchange = exchange;
  }

  /** A token; an abort of `signal` ends the wait for it at once. */
  async get(signal: AbortSignal): Promise<{ token: string; isOld: boolean }> {
    const { kept } = this;
    if (kept && performance.now() < kept.until) return { token: kept.token, isOld: true };
    this.running ??= this.begin();
    const exchange = this.running;
    exchange.waiting += 1;
    try {
      return { token: await unlessAborted(exchange.token, signal), isOld: false };
    } finally {
      exchange.waiting -= 1;
      if (exchange.waiting === 0) this.end(exchange);
    }
  }

  forget(token: string): void {
    if (this.kept?.token === token) this.kept = null;
  }

  /** @internal */
  begin(): Exchange {
    const controller = new AbortController();
    const token = this.exchange(controller.signal).then((given) => {
      this.secrets = [...this.secrets, given].slice(-MAX_SECRETS);
      this.kept = { token: given, until: performance.now() + lifetimeMs(given) - MARGIN_MS };
      return given;
    });
    return { token, controller, waiting: 0 };
  }

  /** @internal */
  end(exchange: Exchange): void {
    exchange.controller.abort();
    if (this.running === exchange) this.running = null;
  }
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).then(() => signal.removeEventListener('abort', onAbort));
  });
}

/** How long a token lives by its own words: the clock of this machine may be wrong. */
function lifetimeMs(token: string): number {
  const [, payload = ''] = token.split('.');
  const { iat, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<
    string,
    unknown
  >;
  return typeof iat === 'number' && typeof exp === 'number' ? (exp - iat) * 1000 : Number.POSITIVE_INFINITY;
}
