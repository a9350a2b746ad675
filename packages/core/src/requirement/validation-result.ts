import type { Context } from '../context/context.js';
import type { ModelOutputThunk } from '../thunk/model-output-thunk.js';

/** What a verdict may carry beside itself. */
export interface VerdictInit {
  /** Why, in words that a repair prompt can use. */
  reason?: string | null | undefined;
  score?: number | null | undefined;
  /** The judge's output, when a model decided. */
  thunk?: ModelOutputThunk | null | undefined;
  /** The context after the judge's answer. */
  context?: Context | null | undefined;
}

/** The verdict on a whole output. */
export class ValidationResult {
  readonly reason: string | null;
  readonly score: number | null;
  readonly thunk: ModelOutputThunk | null;
  readonly context: Context | null;
  /** @internal */
  readonly _result: boolean;

  constructor(result: boolean, init: VerdictInit = {}) {
    this._result = result;
    this.reason = init.reason ?? null;
    this.score = init.score ?? null;
    this.thunk = init.thunk ?? null;
    this.context = init.context ?? null;
  }

  /** Whether the requirement is met. */
  asBool(): boolean {
    return this._result;
  }

  /** What `JSON.stringify` shows. */
  toJSON(): Record<string, unknown> {
    return { result: this._result, reason: this.reason, score: this.score };
  }
}
