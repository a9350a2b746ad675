import type { Clock } from './clock.js';
import { type Counted, MinuteWindow } from './minute-window.js';

/** How much may be asked; what is absent has no limit. */
export interface Limits {
  readonly requestsPerMinute?: number | undefined;
  readonly tokensPerMinute?: number | undefined;
  readonly concurrency?: number | undefined;
}

/** Leave to make one request. */
export interface Permit {
  /** The request is over, and took so many tokens; null: as many as was thought. */
  done(tokens: number | null): void;
}

interface Waiter {
  readonly tokens: number;
  admit(counted: Counted): void;
}

/** Lets requests pass in the order in which they came, as the limits allow. One timer at most, and only while one waits. */
export class Limiter {
  /** @internal */
  readonly _clock: Clock;
  /** @internal */
  readonly _concurrency: number;
  /** @internal */
  readonly _requests: MinuteWindow;
  /** @internal */
  readonly _tokens: MinuteWindow;
  /** @internal */
  readonly _waiting = new Set<Waiter>();
  /** @internal */
  _running = 0;
  /** @internal */
  _stopTimer: (() => void) | null = null;

  constructor({ requestsPerMinute, tokensPerMinute, concurrency }: Limits, clock: Clock) {
    const now = (): number => clock.now();
    this._clock = clock;
    this._concurrency = concurrency ?? Number.POSITIVE_INFINITY;
    this._requests = new MinuteWindow(requestsPerMinute ?? Number.POSITIVE_INFINITY, now);
    this._tokens = new MinuteWindow(tokensPerMinute ?? Number.POSITIVE_INFINITY, now);
  }

  /** Resolves when the request may be made; an abort ends the wait at once and rejects with its reason. */
  take(tokens: number, signal: AbortSignal): Promise<Permit> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const admit = (counted: Counted): void => {
        signal.removeEventListener('abort', onAbort);
        resolve(this._permit(counted));
      };
      const waiter: Waiter = { tokens, admit };
      const onAbort = (): void => {
        this._waiting.delete(waiter);
        reject(signal.reason);
        this._admit();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this._waiting.add(waiter);
      // Behind others there is nothing to find out.
      if (this._waiting.size === 1) this._admit();
    });
  }

  /** @internal */
  _permit(counted: Counted): Permit {
    let isDone = false;
    return {
      done: (tokens) => {
        if (isDone) return;
        isDone = true;
        this._running -= 1;
        if (tokens !== null) this._tokens.correct(counted, tokens);
        this._admit();
      },
    };
  }

  /** @internal Lets pass who may, from the front; for the next one it sets the timer, unless one that runs must end. */
  _admit(): void {
    this._stopTimer?.();
    this._stopTimer = null;
    for (const waiter of this._waiting) {
      if (this._running >= this._concurrency) return;
      const waitMs = Math.max(this._requests.waitMs(1), this._tokens.waitMs(waiter.tokens));
      if (waitMs > 0) {
        this._stopTimer = this._clock.after(waitMs, () => this._admit());
        return;
      }
      this._waiting.delete(waiter);
      this._running += 1;
      this._requests.add(1);
      waiter.admit(this._tokens.add(waiter.tokens));
    }
  }
}
