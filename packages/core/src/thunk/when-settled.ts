import type { ModelOutputThunk } from './model-output-thunk.js';

/** Resolves once nothing runs any more, however it ended. Unlike `avalue()` it does not count as reading. */
export async function whenSettled(thunk: ModelOutputThunk<unknown>): Promise<void> {
  if (!thunk.settled) await thunk._log.finished();
}
