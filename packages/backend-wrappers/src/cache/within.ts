import { linkAbort } from '@melliflow/core/implement';

/**
 * What `work` gives; undefined when `signal` aborts before. Without a timer where it is no promise.
 *
 * @throws Error when it takes longer than `limitMs`.
 */
export function within(limitMs: number, work: unknown, signal?: AbortSignal): unknown {
  if (typeof (work as PromiseLike<unknown> | null | undefined)?.then !== 'function') return work;
  const promise = work as PromiseLike<unknown>;
  if (signal?.aborted) {
    // An abort that came before is not told again; and how the work ends has nobody to tell.
    promise.then(undefined, () => undefined);
    return undefined;
  }
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Error(`It took longer than ${limitMs} ms.`));
    const timer = setTimeout(late, limitMs);
    const onAbort = (): void => {
      clearTimeout(timer);
      resolve(undefined);
    };
    // All questions of a batch have one signal.
    const unlink = linkAbort(signal, { abort: onAbort });
    const cleanUp = (): void => {
      clearTimeout(timer);
      unlink();
    };
    promise.then(resolve, reject).then(cleanUp);
  });
}
