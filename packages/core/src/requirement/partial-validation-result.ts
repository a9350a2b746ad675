import { describe } from '../internal/describe.js';
import { Verdict, type VerdictInit } from './verdict.js';

/** `pass` and `unknown` let a chunk through; `fail` stops the generation. */
export type PartialVerdict = 'pass' | 'fail' | 'unknown';

/** The verdict on one chunk of an output that is not finished. */
export class PartialValidationResult extends Verdict {
  readonly success: PartialVerdict;

  /** @throws TypeError when `success` is no verdict. */
  constructor(success: PartialVerdict, init: VerdictInit = {}) {
    super(init);
    if (success !== 'pass' && success !== 'fail' && success !== 'unknown') {
      throw new TypeError(`success must be 'pass', 'fail' or 'unknown', got ${describe(success)}.`);
    }
    this.success = success;
  }

  /** Whether it is a `pass`. */
  asBool(): boolean {
    return this.success === 'pass';
  }

  /** What `JSON.stringify` shows. */
  toJSON(): Record<string, unknown> {
    return { success: this.success, reason: this.reason, score: this.score };
  }
}
