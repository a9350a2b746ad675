import type { Part } from '../content/component.js';
import type { Context } from '../context/context.js';
import type { Requirement } from '../requirement/requirement.js';
import type { ValidationResult } from '../requirement/validation-result.js';
import type { ComputedModelOutputThunk } from '../thunk/computed-model-output-thunk.js';

/** All attempts of a sampling run; the lists go by attempt. */
export interface SamplingResultInit<S> {
  success: boolean;
  /** Which attempt was chosen. */
  resultIndex: number;
  sampleGenerations: readonly ComputedModelOutputThunk<S>[];
  sampleValidations: readonly (readonly (readonly [Requirement, ValidationResult])[])[];
  sampleActions: readonly Part[];
  sampleContexts: readonly Context[];
}

/** What a sampling strategy gives: the chosen output, and everything that was tried. */
export class SamplingResult<S = string> {
  /** Whether the chosen attempt meets all requirements. */
  declare readonly success: boolean;
  declare readonly resultIndex: number;
  declare readonly sampleGenerations: readonly ComputedModelOutputThunk<S>[];
  declare readonly sampleValidations: readonly (readonly (readonly [Requirement, ValidationResult])[])[];
  declare readonly sampleActions: readonly Part[];
  declare readonly sampleContexts: readonly Context[];

  /** @throws RangeError when `resultIndex` names no attempt. */
  constructor(init: SamplingResultInit<S>) {
    if (init.sampleGenerations[init.resultIndex] === undefined) {
      throw new RangeError(
        `resultIndex ${init.resultIndex} names none of ${init.sampleGenerations.length} attempts.`,
      );
    }
    Object.assign(this, init);
  }

  /** The chosen output. */
  get result(): ComputedModelOutputThunk<S> {
    return this.sampleGenerations[this.resultIndex] as ComputedModelOutputThunk<S>;
  }

  /** The context after the chosen output. */
  get resultCtx(): Context {
    return this.sampleContexts[this.resultIndex] as Context;
  }
}
