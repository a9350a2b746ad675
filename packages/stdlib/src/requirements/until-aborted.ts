import { type Backend, GenerationCancelledError } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';

/** Why something of ours ended when its signal did. `what` is what was aborted, such as `validation`. */
export function cancelledError(
  what: string,
  { provider, modelId: model }: Backend,
  signal: AbortSignal,
): GenerationCancelledError {
  return new GenerationCancelledError(`The ${what} was aborted.`, { provider, model, cause: signal.reason });
}

/** @throws TypeError when it is no signal; GenerationCancelledError (`generation_cancelled`) when it is aborted. */
export function throwIfAborted(what: string, backend: Backend, signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  if (typeof signal?.addEventListener !== 'function')
    throw new TypeError(`signal must be an AbortSignal, got ${describe(signal)}.`);
  if (signal.aborted) throw cancelledError(what, backend, signal);
}

/** The outcome of `work`; when `signal` aborts first, a rejection at once. What `work` does later is not heard. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
