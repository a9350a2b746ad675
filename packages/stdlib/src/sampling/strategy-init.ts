import type { Requirement } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import type { ProgressTerminal, SamplingProgress } from './sampling-progress.js';

/** What all strategies take. */
export interface StrategyInit {
  /** How many attempts are made in all, at most. */
  loopBudget?: number | undefined;
  /** Checked on every output, before those that a call brings. */
  requirements?: readonly (Requirement | string)[] | undefined;
  /** Told how a run goes on. What it throws is logged and changes nothing. */
  onProgress?: ((event: SamplingProgress) => void) | undefined;
  /** Whether to draw a progress bar on the terminal: `true` for standard error, or a stream such as it. */
  progress?: boolean | ProgressTerminal | undefined;
}

/** @throws RangeError when it is no whole number from 1 on. */
export function checkedBudget(loopBudget: number): number {
  if (Number.isSafeInteger(loopBudget) && loopBudget >= 1) return loopBudget;
  throw new RangeError(
    `loopBudget must be a whole number of attempts, at least 1, got ${describe(loopBudget)}.`,
  );
}
