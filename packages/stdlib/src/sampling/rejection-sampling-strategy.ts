import { BaseSamplingStrategy } from './base-sampling-strategy.js';
import type { SampleAttempt, SampleStep } from './sample-attempt.js';

/**
 * Asks the same again until an answer is good.
 *
 * @example
 * await new RejectionSamplingStrategy({ loopBudget: 3 }).sample(ask, ctx, backend, { requirements });
 */
export class RejectionSamplingStrategy extends BaseSamplingStrategy {
  override readonly name: string = 'RejectionSamplingStrategy';

  /** The same question, in the same context. */
  repair({ action, ctx }: SampleAttempt): SampleStep {
    return { action, ctx };
  }
}
