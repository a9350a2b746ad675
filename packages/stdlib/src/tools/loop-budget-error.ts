import { type Context, type ErrorInit, MelliflowError } from '@melliflow/core';
import { nameErrors } from '@melliflow/core/implement';
import type { ReactStep } from './react-step.js';

/** A loop used up its budget without a final answer; what was done is kept. */
export class LoopBudgetError extends MelliflowError {
  declare readonly steps: readonly ReactStep[];
  /** After the last step. */
  declare readonly context: Context;

  constructor(message: string, init: ErrorInit & { steps: readonly ReactStep[]; context: Context }) {
    super(message, init);
    // Not shown when the error is printed or sent: steps hold what was said.
    Object.defineProperty(this, 'steps', { value: init.steps });
    Object.defineProperty(this, 'context', { value: init.context });
  }
}

nameErrors({ LoopBudgetError });
