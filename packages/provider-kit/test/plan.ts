import { BackendError } from '@melliflow/core';
import {
  type AttemptPlan,
  errorFromNetwork,
  type RetrySettings,
  resolveRetryPolicy,
  resolveTimeouts,
  type TimeoutSettings,
} from '../src/index.js';

/** The plan of a call of nobody's provider. */
export function plan(init: {
  timeouts?: TimeoutSettings;
  retry?: RetrySettings;
  signal?: AbortSignal;
}): AttemptPlan {
  const origin = { provider: 'mock', model: 'm' };
  return {
    origin,
    signal: init.signal ?? new AbortController().signal,
    timeouts: resolveTimeouts('MockBackend', init.timeouts),
    retry: resolveRetryPolicy('MockBackend', init.retry),
    toError: (thrown) =>
      errorFromNetwork(thrown, origin) ?? new BackendError(`mock: ${(thrown as Error).message}`, origin),
  };
}

/** What comes before the end, and the error of the end. */
export async function drain<T>(source: AsyncIterable<T>): Promise<{ items: T[]; error: unknown }> {
  const items: T[] = [];
  try {
    for await (const item of source) items.push(item);
    return { items, error: null };
  } catch (error) {
    return { items, error };
  }
}

/** A promise that never settles, as that of a source that is deaf to its signal. */
export function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** Rejects when the signal aborts, as `fetch` does. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
