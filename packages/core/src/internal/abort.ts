/** Told when the work outlived its grace period after an abort and was let go. */
export const DETACHED: unique symbol = Symbol('detached');

/** Who follows a signal: one listener serves them all, since Node warns of a signal with more than ten. */
const followers = new WeakMap<AbortSignal, { controllers: Set<AbortController>; stop(): void }>();

/** Follows `outer` with `inner`; the result ends that. */
export function linkAbort(outer: AbortSignal | undefined, inner: AbortController): () => void {
  if (outer === undefined) return () => undefined;
  if (outer.aborted) inner.abort(outer.reason);
  let group = followers.get(outer);
  if (group === undefined) {
    const controllers = new Set<AbortController>();
    const follow = (): void => {
      for (const controller of controllers) controller.abort(outer.reason);
    };
    outer.addEventListener('abort', follow, { once: true });
    group = { controllers, stop: () => outer.removeEventListener('abort', follow) };
    followers.set(outer, group);
  }
  const { controllers, stop } = group;
  controllers.add(inner);
  return () => {
    controllers.delete(inner);
    if (controllers.size > 0 || followers.get(outer)?.controllers !== controllers) return;
    stop();
    followers.delete(outer);
  };
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

/** The outcome of `work`, or `DETACHED` when it is not there after `ms`. */
export function atMost<T>(ms: number, work: Promise<T>): Promise<T | typeof DETACHED> {
  return withGrace(work, AbortSignal.abort(), ms);
}
