import type { ModelOutputThunk } from '@melliflow/core';

/**
 * Has whoever cancels the thunk cancel something greater, also when the thunk itself has ended. Gives the thunk's own
 * cancel.
 */
export function onCancel(
  thunk: ModelOutputThunk<unknown>,
  act: (reason: unknown) => Promise<void>,
): (reason?: unknown) => Promise<void> {
  const own = thunk.cancelGeneration.bind(thunk);
  Object.defineProperty(thunk, 'cancelGeneration', { value: act, configurable: true, writable: true });
  return own;
}
