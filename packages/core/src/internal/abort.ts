/** Told when the work outlived its grace period after an abort and was let go. */
export const DETACHED: unique symbol = Symbol('detached');

/**
 * The outcome of `work`, or `DETACHED` when `signal` aborted and `graceMs` later it still ran. Without a signal the time
 * runs from the start: one made for it costs more than the wait.
 */
export function withGrace<T>(
  work: Promise<T>,
  signal: AbortSignal | null,
  graceMs: number,
): Promise<T | typeof DETACHED> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onAbort = (): void => {
      timer = setTimeout(() => resolve(DETACHED), graceMs);
    };
    const cleanUp = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    if (signal === null || signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).then(cleanUp);
  });
}

/** The outcome of `work`, or `DETACHED` when it is not there after `ms`. */
export function atMost<T>(ms: number, work: Promise<T>): Promise<T | typeof DETACHED> {
  return withGrace(work, null, ms);
}
