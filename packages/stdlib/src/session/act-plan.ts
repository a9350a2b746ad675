import type { ModelOptions, OutputFormat, Part, Requirement, SamplingStrategy } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { validated } from '@melliflow/schema';
import { listOf } from '../components/list-of.js';
import { reqify } from '../requirements/reqify.js';
import { RejectionSamplingStrategy } from '../sampling/rejection-sampling-strategy.js';
import type { ActOptions } from './act-options.js';

/** How a component is acted on, once all defaults are in. */
export interface ActPlan {
  readonly requirements: readonly Requirement[];
  readonly strategy: SamplingStrategy | null;
  /** Whether nobody chose the strategy, so that it goes by the requirements. */
  readonly isUsual: boolean;
  readonly format: OutputFormat | undefined;
  readonly modelOptions: ModelOptions | undefined;
  readonly toolCalls: boolean | undefined;
}

/** @throws TypeError for what is no strategy, requirement or format. */
export function planOf(part: Part, { format, modelOptions, toolCalls, ...options }: ActOptions): ActPlan {
  const requirements = requirementsOf(part, options.requirements);
  const isUsual = options.strategy === undefined;
  const { strategy = usualStrategy(requirements) } = options;
  if (strategy !== null && typeof strategy?.sample !== 'function') {
    throw new TypeError(`strategy must be a SamplingStrategy or null, got ${describe(strategy)}.`);
  }
  return { requirements, strategy, isUsual, format: format && validated(format), modelOptions, toolCalls };
}

/** How requirements are met when nobody says it (contract 8.2). */
export function usualStrategy(requirements: readonly Requirement[]): SamplingStrategy | null {
  return requirements.length > 0 ? new RejectionSamplingStrategy({ loopBudget: 2 }) : null;
}

/** Those that the component has (`requirements`, as an `Instruction` has them), then those of the call. */
export function requirementsOf(
  part: Part,
  given: readonly (Requirement | string)[] | undefined,
): Requirement[] {
  const own = (part as { requirements?: readonly Requirement[] }).requirements;
  return [...(Array.isArray(own) ? own : []), ...listOf(given, 'requirements')].map(reqify);
}
