import type { Part } from '../content/component.js';
import type { Context } from '../context/context.js';
import type { Requirement } from '../requirement/requirement.js';
import type { ValidationResult } from '../requirement/validation-result.js';
import type { ModelOutputThunk } from '../thunk/model-output-thunk.js';

type Verdicts = readonly (readonly [Requirement, ValidationResult])[];

/** Before the first attempt. Writable: `loopBudget`. */
export interface SamplingLoopStartPayload {
  readonly strategyName: string;
  readonly action: Part;
  readonly context: Context;
  readonly requirements: readonly Requirement[];
  readonly loopBudget: number;
}

/** After each attempt's validation. */
export interface SamplingIterationPayload {
  readonly strategyName: string;
  /** From 1. */
  readonly iteration: number;
  readonly action: Part;
  readonly result: ModelOutputThunk<unknown>;
  readonly validationResults: Verdicts;
  readonly allValidationsPassed: boolean;
  readonly validCount: number;
  readonly totalCount: number;
}

/** When a failed attempt was turned into the next one. */
export interface SamplingRepairPayload {
  readonly strategyName: string;
  readonly repairType: string;
  /** From 1. */
  readonly repairIteration: number;
  readonly failedAction: Part;
  readonly failedResult: ModelOutputThunk<unknown>;
  readonly failedValidations: Verdicts;
  readonly repairAction: Part;
  readonly repairContext: Context;
}

/** After the last attempt. */
export interface SamplingLoopEndPayload {
  readonly strategyName: string;
  readonly success: boolean;
  readonly iterationsUsed: number;
  readonly finalResult: ModelOutputThunk<unknown> | null;
  readonly failureReason: string | null;
  /** What ended the run, and the caller gets; then there is no result. */
  readonly exception?: Error | undefined;
}
