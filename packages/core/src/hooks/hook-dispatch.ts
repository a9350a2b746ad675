import type { Backend } from '../backend/backend.js';
import type { HookPayloads } from './hook-payloads.js';
import type { HookType } from './hook-type.js';

/** What runs from its first hook to its last: a call, a stream, a sampling run, a validation, a tool call. */
export interface HookOperation {
  /** The one that it began inside of; null when there is none, or when call chains cannot be followed. */
  readonly parent: HookOperation | null;
  /** Has what runs inside of it run by `wrap`, which must call what it is given, once and at once. */
  surround(wrap: <R>(fn: () => R) => R): void;
}

/** Where a hook fires. */
export interface HookContext {
  readonly backend: Backend | null;
  readonly provider: string | null;
  readonly modelId: string | null;
  readonly sessionId: string | null;
  /** The same object in all hooks of one operation. The plugin manager adds it. */
  readonly operation?: HookOperation | undefined;
}

/** The plugins that listen to one operation, from its first hook to its last. */
export interface HookScope {
  has(type: HookType): boolean;
  /** Runs what may begin further operations: they have this one as their parent. */
  inside?<R>(fn: () => R): R;
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
  capture(backend?: Backend | undefined): HookScope | null;
}

/** One slot for the process, shared by all copies of core. */
const SLOT = Symbol.for('@melliflow/core/hooks');
type Slot = { [SLOT]?: HookDispatcher };

/** Installs the plugin manager; null takes it away. */
export function setHookDispatcher(dispatcher: HookDispatcher | null): void {
  if (dispatcher === null) delete (globalThis as Slot)[SLOT];
  else (globalThis as Slot)[SLOT] = dispatcher;
}

/**
 * Read once when an operation begins, before its first await. With nobody listening it is this one check.
 *
 * @param backend What the operation was given to generate with: plugins may be bound to it.
 */
export function captureHooks(backend?: Backend): HookScope | null {
  const dispatcher = (globalThis as Slot)[SLOT];
  return dispatcher === undefined ? null : dispatcher.capture(backend);
}

/** Runs `fn` inside of the operation that `scope` was captured for. */
export function runInside<R>(scope: HookScope | null, fn: () => R): R {
  return scope?.inside ? scope.inside(fn) : fn();
}
