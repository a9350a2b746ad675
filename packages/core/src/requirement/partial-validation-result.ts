import type { Context } from '../context/context.js';
import { describe } from '../internal/describe.js';
import type { ModelOutputThunk } from '../thunk/model-output-thunk.js';
import type { VerdictInit } from './validation-result.js';

/** `pass` and `unknown` let a chunk through; `fail` stops the generation. */
export type PartialVerdict = 'pass' | 'fail' | 'unknown';

/** The verdict on one chunk of an output that is not finished. */
export class PartialValidationResult {
  readonly success: PartialVerdict;
  readonly reason: string | null;
  readonly score: number | null;
  readonly thunk: ModelOutputThunk | null;
  readonly context: Context | null;

  /** @throws TypeError when `success` is no verdict. */
  constructor(success: PartialVerdict, init: VerdictInit = {}) {
    if (success !== 'pass' && success !== 'fail' && success !== 'unknown') {
      throw new TypeError(`success must be 'pass', 'fail' or 'unknown', got ${describe(success)}.`);
    }
    this.success = success;
    this.reason = init.reason ?? null;
    this.score = init.score ?? null;
    this.thunk = init.thunk ?? null;
    this.context = init.context ?? null;
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
