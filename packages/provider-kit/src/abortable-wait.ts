/** Longer delays make the timers of the platforms fire at once. */
export const MAX_TIMER_MS = 2_147_483_647;

/** Waits; an abort ends the wait at once and rejects with the signal's reason. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(
      () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      },
      Math.min(ms, MAX_TIMER_MS),
    );
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** What `work` gives, or undefined when it takes longer than `ms`, which may be past already. */
export function within<T>(ms: number, work: PromiseLike<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, Math.max(0, Math.min(ms, MAX_TIMER_MS)), undefined);
    work.then(resolve, reject).then(() => clearTimeout(timer));
  });
}
