import type { HookPayloads, HookType } from '@melliflow/core';
import { setHookDispatcher } from '@melliflow/core/implement';

/** What a test's plugin does with the payload of a hook. */
export type Plugins = {
  [T in HookType]?: (payload: HookPayloads[T]) => HookPayloads[T] | Promise<HookPayloads[T]>;
};

export interface RecordedHook {
  readonly type: HookType;
  readonly payload: Record<string, unknown>;
}

/** Listens to hooks whose names begin with `prefix`, until `setHookDispatcher(null)`. */
export function recordHooks(prefix: string, plugins: Plugins = {}): RecordedHook[] {
  const recorded: RecordedHook[] = [];
  setHookDispatcher({
    capture: () => ({
      has: (type) => type.startsWith(prefix),
      async dispatch(type, payload) {
        recorded.push({ type, payload: payload as unknown as Record<string, unknown> });
        return plugins[type]?.(payload) ?? payload;
      },
    }),
  });
  return recorded;
}
