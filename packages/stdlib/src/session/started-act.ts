import type { Backend, Context, ModelOutputThunk, Part, SamplingResult } from '@melliflow/core';
import type { Answer } from './answer.js';
import type { ComponentHooks } from './component-hooks.js';
import { standInFor } from './stand-in.js';
import { Turn } from './turn.js';

/** A component that is being acted on. */
export interface StartedAct<S> {
  readonly thunk: ModelOutputThunk<S>;
  readonly turn: Turn;
  /** Resolves with the answer once it is there; rejects with what was thrown, as it was thrown. */
  answer(): Promise<Answer<S>>;
  /** Resolves with all attempts, also when none of them could be read; without a strategy it was one. */
  sampled(): Promise<SamplingResult<S>>;
}

/** Where a component is acted on. */
export interface Scene {
  readonly part: Part;
  readonly ctx: Context;
  readonly backend: Backend;
  readonly signal: AbortSignal | undefined;
  /** Null when no plugin listens. */
  readonly hooks: ComponentHooks | null;
  /** Whether the caller reads the thunk while later calls may wait for it. */
  readonly isRead: boolean;
}

/** The turn of a thunk that has just begun. */
export function turnOf<S>({ part, isRead }: Scene, begun: ModelOutputThunk<S>): Turn {
  const thunk = begun as ModelOutputThunk<unknown>;
  return new Turn(part, thunk, isRead ? standInFor(thunk) : null);
}
