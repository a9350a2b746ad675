import { describe } from '@melliflow/core/implement';

/**
 * When readers get a chunk. `strict`: when it passed, one chunk under check at a time. A window: the same, with up to
 * so many under check at once. `optimistic`: events tell it at once, and a `retract` event takes it back.
 */
export type ReleaseMode = 'strict' | 'optimistic' | { readonly window: number };

/** How many chunks are under check at once while all are shown already. */
const OPTIMISTIC_WINDOW = 8;

/** A mode as the engine takes it. */
export interface ReleaseRule {
  readonly window: number;
  readonly optimistic: boolean;
}

/** @throws TypeError when it is no mode. */
export function releaseRule(mode: ReleaseMode): ReleaseRule {
  if (mode === 'strict') return { window: 1, optimistic: false };
  if (mode === 'optimistic') return { window: OPTIMISTIC_WINDOW, optimistic: true };
  if (typeof mode !== 'object' || mode === null || !('window' in mode))
    throw new TypeError(
      `release must be 'strict', 'optimistic' or { window: <a whole number from 1> }, got ${describe(mode)}.`,
    );
  const { window } = mode;
  if (Number.isInteger(window) && window > 0) return { window, optimistic: false };
  throw new TypeError(`release.window must be a whole number from 1, got ${describe(window)}.`);
}
