import type { HookDispatcher } from '@melliflow/core';
import { setHookDispatcher } from '@melliflow/core/implement';
import { rest } from './async-storage.js';
import { captureFrom } from './capture.js';
import { PluginUseError } from './plugin-use-error.js';
import type { ProcessState } from './process-state.js';

const SLOT = Symbol.for('@melliflow/core/hooks');

/**
 * Counts who begins to listen; from the first one on core asks this package.
 *
 * @throws PluginUseError (`plugin_use`) when another plugin manager was put there with `setHookDispatcher`.
 */
export function beginListening(state: ProcessState, count: number): void {
  if (count === 0) return;
  state.dispatcher ??= { capture: (backend) => captureFrom(state, backend) };
  const holder = (globalThis as { [SLOT]?: HookDispatcher })[SLOT];
  if (holder === undefined) setHookDispatcher(state.dispatcher);
  else if (holder !== state.dispatcher) {
    throw new PluginUseError(
      'Another plugin manager holds this process: take it away with setHookDispatcher(null) first.',
    );
  }
  state.listening += count;
}

/** Counts who ceases to listen. When nobody does any more, following call chains costs nothing again. */
export function endListening(state: ProcessState, count: number): void {
  state.listening -= count;
  if (state.listening > 0 || count === 0) return;
  if (state.storage) rest(state.storage);
  if (state.operations) rest(state.operations);
}
