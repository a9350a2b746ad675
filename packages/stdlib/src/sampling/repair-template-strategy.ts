import type { Part } from '@melliflow/core';
import { BaseSamplingStrategy } from './base-sampling-strategy.js';
import { failedRequirements } from './failed-requirements.js';
import type { SampleAttempt, SampleStep } from './sample-attempt.js';

/** What can say in its next version what was wrong with the last answer; `Instruction` can. */
interface Repairable {
  copyAndRepair(repairString: string): Part;
}

/**
 * Asks again and says what was wrong with the last answer: all requirements that failed, with their reasons, in the
 * place that the instruction has for it. An action that has no such place is asked as it is.
 *
 * @example
 * await new RepairTemplateStrategy({ loopBudget: 3 }).sample(instruction, ctx, backend, { requirements });
 */
export class RepairTemplateStrategy extends BaseSamplingStrategy {
  override readonly name: string = 'RepairTemplateStrategy';

  /** The same action with what failed, in the same context. */
  repair({ action, ctx, validations }: SampleAttempt): SampleStep {
    const failed = failedRequirements(validations);
    return { action: failed !== '' && isRepairable(action) ? action.copyAndRepair(failed) : action, ctx };
  }
}

function isRepairable(action: object): action is Repairable {
  return typeof (action as Partial<Repairable>).copyAndRepair === 'function';
}
