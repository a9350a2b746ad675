import type { Backend } from '@melliflow/core';

/** A backend that runs the model itself, and can load it before it is asked for anything. */
interface Loadable {
  load(): Promise<void>;
}

/**
 * Loads the model ahead where the backend can, so that the time to the first text is the generation's own. Resolves
 * with how long it took in ms, or with null where nothing was loaded; with an abort it waits no longer.
 *
 * @throws Whatever the backend's `load()` throws.
 */
export async function loadModel(
  backend: Backend & Partial<Loadable>,
  signal: AbortSignal,
): Promise<number | null> {
  if (typeof backend.load !== 'function') return null;
  const startedMs = performance.now();
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.race([backend.load(), aborted]);
  return signal.aborted ? null : performance.now() - startedMs;
}
