import type { Backend } from '../backend/backend.js';
import type { HookPayloads } from './hook-payloads.js';
import type { HookType } from './hook-type.js';

/** Where a hook fires. */
export interface HookContext {
  readonly backend: Backend | null;
  readonly provider: string | null;
  readonly modelId: string | null;
  readonly sessionId: string | null;
}

/** The plugins that listen to one operation, from its first hook to its last. */
export interface HookScope {
  has(type: HookType): boolean;
  /** Gives the payload as the plugins leave it; rejects when one blocks or throws. */
  dispatch<T extends HookType>(
    type: T,
    payload: HookPayloads[T],
    context: HookContext,
  ): Promise<HookPayloads[T]>;
}

/** What a plugin manager puts into the seam. */
export interface HookDispatcher {
  /** The plugins for the operation that begins now, in this async call chain; null when there are none. */
  capture(): HookScope | null;
}

/** One slot for the process, shared by all copies of core. */
const SLOT = Symbol.for('@melliflow/core/hooks');
type Slot = { [SLOT]?: HookDispatcher };

/** Installs the plugin manager; null takes it away. */
export function setHookDispatcher(dispatcher: HookDispatcher | null): void {
  if (dispatcher === null) delete (globalThis as Slot)[SLOT];
  else (globalThis as Slot)[SLOT] = dispatcher;
}

/** Read once when an operation begins. With nobody listening it is this one check. */
export function captureHooks(): HookScope | null {
  const dispatcher = (globalThis as Slot)[SLOT];
  return dispatcher === undefined ? null : dispatcher.capture();
}
