import type { Context, ModelOutputThunk, Part } from '@melliflow/core';

export type TurnState = 'running' | 'good' | 'failed';

/** What one call adds to the past of its session. */
export class Turn {
  readonly thunk: ModelOutputThunk<unknown>;
  /** What stands among the entries while the caller still reads the thunk. */
  readonly standIn: ModelOutputThunk<unknown> | null;
  /** What stands in the context: at first the question and the thunk; a strategy may make more of it. */
  entries: readonly Part[];

  constructor(
    action: Part,
    thunk: ModelOutputThunk<unknown>,
    standIn: ModelOutputThunk<unknown> | null = null,
  ) {
    this.thunk = thunk;
    this.standIn = standIn;
    this.entries = [action, standIn ?? thunk];
  }

  /** How it stands. Looking does not count as reading the thunk. */
  get state(): TurnState {
    if (!this.thunk.settled) return 'running';
    return this.thunk.isComputed() || this.thunk.copy().isComputed() ? 'good' : 'failed';
  }

  /** The entries once it is over: the thunk itself is among them if the caller has read it. */
  get past(): readonly Part[] {
    const { thunk, standIn, entries } = this;
    if (standIn === null || !thunk.isComputed()) return entries;
    return entries.map((entry) => (entry === standIn ? thunk : entry));
  }
}

/** A call whose turn runs in the background. */
export interface RunningTurn {
  readonly turn: Turn;
  readonly thunk: ModelOutputThunk<unknown>;
}

/** What `after` has more than `before`, oldest first; null when it did not grow out of it. */
export function addedSince(before: Context, after: Context): Part[] | null {
  const added: Part[] = [];
  for (let at = after; at !== before; at = at.previousNode as Context) {
    if (at.isRootNode) return null;
    added.push(at.nodeData as Part);
  }
  return added.reverse();
}
