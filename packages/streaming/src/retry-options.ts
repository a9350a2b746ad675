import type { Part } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';

/** What happens after a chunk failed. */
export interface RetryOptions {
  /** How many attempts there are in all, the first one included. */
  readonly attempts: number;
  /**
   * `restart`: the text begins anew, and what was shown is taken back. `resume`: what passed stands, and the model
   * goes on from there; readers see one text.
   */
  readonly mode: 'restart' | 'resume';
  /**
   * The action of the next attempt, given the first one's and why the last one failed. Default: `copyAndRepair` of
   * the action if it has that, as `Instruction` does, else a message that names the reasons.
   */
  readonly repair?: ((action: Part, reasons: readonly string[]) => Part) | undefined;
}

/** @throws TypeError that names what is wrong. */
export function checkRetry(retry: RetryOptions, hasFormat: boolean): RetryOptions {
  const { attempts, mode } = retry;
  if (!Number.isInteger(attempts) || attempts < 1)
    throw new TypeError(`retry.attempts must be a whole number from 1, got ${describe(attempts)}.`);
  if (mode !== 'restart' && mode !== 'resume')
    throw new TypeError(`retry.mode must be 'restart' or 'resume', got ${describe(mode)}.`);
  if (mode === 'resume' && hasFormat)
    throw new TypeError("retry.mode 'resume' cannot go on inside a format; use 'restart' with it.");
  return retry;
}
