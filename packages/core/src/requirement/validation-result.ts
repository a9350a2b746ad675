import { Verdict, type VerdictInit } from './verdict.js';

/** The verdict on a whole output. */
export class ValidationResult extends Verdict {
  /** @internal */
  readonly _result: boolean;

  constructor(result: boolean, init: VerdictInit = {}) {
    super(init);
    this._result = result;
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
