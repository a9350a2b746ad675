import { isCBlock, isComponent } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import type { SampleStep } from './sample-attempt.js';

/** @throws TypeError when a strategy's `repair` gave something else than a step. */
export function checkedStep(step: SampleStep): SampleStep {
  const { action, ctx } = (step ?? {}) as Partial<SampleStep>;
  if ((isCBlock(action) || isComponent(action)) && typeof ctx?.viewForGeneration === 'function') return step;
  throw new TypeError(
    `repair() must give { action, ctx }, a part and a context; got ${describe(step)} with action ` +
      `${describe(action)} and ctx ${describe(ctx)}.`,
  );
}
