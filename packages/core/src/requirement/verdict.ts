import type { Context } from '../context/context.js';
import type { ModelOutputThunk } from '../thunk/model-output-thunk.js';

/** What a verdict may carry beside itself. */
export interface VerdictInit {
  /** Why, in words that a repair prompt can use. */
  reason?: string | null | undefined;
  score?: number | null | undefined;
  /** The judge's output, when a model decided. */
  thunk?: ModelOutputThunk<unknown> | null | undefined;
  /** The context after the judge's answer. */
  context?: Context | null | undefined;
}

/** What verdicts on chunks and on whole outputs have in common; absent is null. */
export abstract class Verdict {
  readonly reason: string | null;
  readonly score: number | null;
  readonly thunk: ModelOutputThunk<unknown> | null;
  readonly context: Context | null;

  constructor({ reason = null, score = null, thunk = null, context = null }: VerdictInit) {
    this.reason = reason;
    this.score = score;
    this.thunk = thunk;
    this.context = context;
  }
}
