import type { RawCall, RawItem } from '../backend/author-contract.js';
import type { Part } from '../content/component.js';
import { BackendError } from '../errors/backend-error.js';
import { type ErrorOrigin, toBackendError } from '../errors/to-backend-error.js';
import { withGrace } from '../internal/abort.js';

/** A little less than the batch itself waits after an abort, so that what had arrived is handed on. */
const GRACE_MS = 900;

/**
 * Answers a raw batch by one call per action, at most `call.maxConcurrency` at once, results in order.
 * What a call throws becomes that action's error. After an abort no further call is made, what the open ones throw
 * is left out (those actions were cancelled), and one that ignores the abort is not waited for.
 */
export async function batchUnderLimit(
  call: RawCall,
  origin: ErrorOrigin,
  one: (action: Part, index: number) => Promise<RawItem>,
): Promise<(RawItem | BackendError)[]> {
  const results: (RawItem | BackendError)[] = new Array(call.actions.length);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < call.actions.length && !call.signal.aborted) {
      const index = next++;
      try {
        results[index] = await one(call.actions[index] as Part, index);
      } catch (thrown) {
        if (call.signal.aborted) return;
        const error = toBackendError(thrown, origin);
        results[index] = BackendError.is(error)
          ? error
          : new BackendError(error.message, { ...origin, cause: error });
      }
    }
  };
  const workers = Array.from({ length: Math.min(call.maxConcurrency, call.actions.length) }, work);
  await withGrace(Promise.all(workers), call.signal, GRACE_MS);
  return results;
}
