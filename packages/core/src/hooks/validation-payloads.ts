import type { ModelOptions } from '../backend/model-options.js';
import type { Context } from '../context/context.js';
import type { Requirement } from '../requirement/requirement.js';
import type { ValidationResult } from '../requirement/validation-result.js';

/** Before requirements are checked. Writable: `requirements`, `modelOptions`. */
export interface ValidationPreCheckPayload {
  readonly requirements: readonly Requirement[];
  readonly context: Context;
  readonly modelOptions: ModelOptions;
}

/** After requirements were checked; without `results` when there are no verdicts. Writable: `results`, `allValidationsPassed`. */
export interface ValidationPostCheckPayload {
  readonly requirements: readonly Requirement[];
  readonly results: readonly ValidationResult[];
  readonly allValidationsPassed: boolean;
  readonly passedCount: number;
  readonly failedCount: number;
  /** What a validator threw, and the caller gets; then there are no results. */
  readonly exception?: Error | undefined;
}
