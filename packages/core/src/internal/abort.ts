/** Told when the work outlived its grace period after an abort and was let go. */
export const DETACHED: unique symbol = Symbol('detached');

/** Follows `outer` with `inner`; the result takes the listener away again. */
export function linkAbort(outer: AbortSignal | undefined, inner: AbortController): () => void {
  if (outer === undefined) return () => undefined;
  if (outer.aborted) inner.abort(outer.reason);
  const follow = (): void => inner.abort(outer.reason);
  outer.addEventListener('abort', follow, { once: true });
  return () => outer.removeEventListener('abort', follow);
}

/** The outcome of `work`, or `DETACHED` when `signal` aborted and `graceMs` later it still ran. */
export function withGrace<T>(
  work: Promise<T>,
  signal: AbortSignal,
  graceMs: number,
): Promise<T | typeof DETACHED> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onAbort = (): void => {
      timer = setTimeout(() => resolve(DETACHED), graceMs);
    };
    const cleanUp = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(cleanUp);
  });
}

/** Resolves with `work`, or at once when `signal` aborts: for waits that an abort need not stop. */
export function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) resolve();
    const onAbort = (): void => resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Waits for `work`, but no longer than `ms`. */
export async function atMost(ms: number, work: PromiseLike<unknown> | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
