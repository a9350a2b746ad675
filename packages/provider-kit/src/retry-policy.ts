import { checkNumbers } from './setting-checks.js';

/** When a failed call is made again. What is left out has its default. */
export interface RetrySettings {
  /** How often a call is tried in all; 1 never tries again. Default 3. */
  attempts?: number | undefined;
  /** The wait before the second attempt; it doubles with each further one. Default 500. */
  initialDelayMs?: number | undefined;
  /** The longest wait of our own. Default 10,000. */
  maxDelayMs?: number | undefined;
  /** The longest wait that a provider may ask for; beyond it the error comes at once. Default 60,000. */
  maxRetryAfterMs?: number | undefined;
}

/** When a failed call is made again. */
export interface RetryPolicy {
  readonly attempts: number;
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
  readonly maxRetryAfterMs: number;
}

export const defaultRetryPolicy: RetryPolicy = {
  attempts: 3,
  initialDelayMs: 500,
  maxDelayMs: 10_000,
  maxRetryAfterMs: 60_000,
};

/** @throws TypeError for a name that is none, and for a number that does not fit. */
export function resolveRetryPolicy(owner: string, settings: RetrySettings | undefined): RetryPolicy {
  const { attempts, ...delays } = settings ?? {};
  const counts = checkNumbers(
    owner,
    'retry',
    attempts === undefined ? undefined : { attempts },
    { attempts: defaultRetryPolicy.attempts },
    { must: 'a whole number from 1 up', fits: (count) => Number.isInteger(count) && count >= 1 },
  );
  const given = checkNumbers(owner, 'retry', settings && delays, defaultRetryPolicy, {
    must: 'a finite number of ms from 0 up',
    fits: (ms) => Number.isFinite(ms) && ms >= 0,
  });
  return { ...defaultRetryPolicy, ...given, ...counts };
}

/**
 * How long to wait before the next attempt; null when there is none.
 *
 * The wait grows by powers of two and is spread over its upper half, so that callers who failed together do not come
 * back together. A wait that the provider asks for is kept, a tenth longer at most.
 *
 * @param attempt The attempt that failed; the first is 1.
 */
export function retryDelayMs(
  policy: RetryPolicy,
  attempt: number,
  error: { readonly retryable: boolean; readonly retryAfterMs?: number | undefined },
  random: () => number = Math.random,
): number | null {
  if (!error.retryable || attempt >= policy.attempts) return null;
  const asked = error.retryAfterMs;
  if (asked !== undefined) return asked > policy.maxRetryAfterMs ? null : asked * (1 + random() / 10);
  const longest = Math.min(policy.maxDelayMs, policy.initialDelayMs * 2 ** (attempt - 1));
  return longest * (0.5 + random() / 2);
}
