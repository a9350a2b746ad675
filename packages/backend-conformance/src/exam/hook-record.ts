import type { HookDispatcher, HookPayloads, HookType } from '@melliflow/core';
import { setHookDispatcher } from '@melliflow/core/implement';

/** A plugin for one law: what it saw, and what it does. */
export interface HookRecord {
  readonly seen: { type: HookType; payload: HookPayloads[HookType] }[];
  /** Changes to the payload of a hook; what it throws is what a plugin would throw. */
  readonly act?: ((type: HookType, payload: HookPayloads[HookType]) => object | undefined) | undefined;
}

const SLOT = Symbol.for('@melliflow/core/hooks');

/** Makes this the only plugin; the result puts back what was there before. */
export function hearHooks({ seen, act }: HookRecord): () => void {
  const before = (globalThis as { [SLOT]?: HookDispatcher })[SLOT] ?? null;
  setHookDispatcher({
    capture: () => ({
      has: () => true,
      dispatch: async (type, payload) => {
        seen.push({ type, payload });
        return { ...payload, ...act?.(type, payload) };
      },
    }),
  });
  return () => setHookDispatcher(before);
}

/** The payloads of one hook, in order. */
export function payloadsOf<T extends HookType>({ seen }: HookRecord, type: T): HookPayloads[T][] {
  return seen.filter((one) => one.type === type).map(({ payload }) => payload as HookPayloads[T]);
}

/** The generation hooks that fired, in order. */
export function generationHooks({ seen }: HookRecord): HookType[] {
  return seen.map(({ type }) => type).filter((type) => type.startsWith('generation_'));
}
