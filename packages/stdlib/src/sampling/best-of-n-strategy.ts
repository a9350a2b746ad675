import { describe } from '@melliflow/core/implement';
import { ParallelSamplingStrategy } from './parallel-sampling-strategy.js';
import type { SampleAttempt } from './sample-attempt.js';
import type { StrategyInit } from './strategy-init.js';

/** How the best answer is found. */
export interface BestOfNInit extends StrategyInit {
  /** How good an answer is; more is better. Default: the sum of the `score`s that its verdicts carry. */
  score?: ((attempt: SampleAttempt) => number | Promise<number>) | undefined;
}

/**
 * Asks `loopBudget` times at once (4 by default) and gives the answer with the best score. Answers that meet all
 * requirements come first, then those that meet more of them; among equals the first.
 *
 * @example
 * new BestOfNStrategy({ loopBudget: 8, score: ({ result }) => -result.value.length });
 */
export class BestOfNStrategy extends ParallelSamplingStrategy {
  override readonly name: string = 'BestOfNStrategy';
  readonly score: (attempt: SampleAttempt) => number | Promise<number>;

  /** @throws RangeError for a `loopBudget` below 1; TypeError for what is no requirement. */
  constructor(init: BestOfNInit = {}) {
    super(init);
    this.score = init.score ?? summedScores;
  }

  /** @throws TypeError when a score is no number. */
  async choose(attempts: readonly SampleAttempt[]): Promise<SampleAttempt> {
    const ranked = await Promise.all(
      attempts.map(async (attempt) => ({
        attempt,
        passed: attempt.validations.filter(([, verdict]) => verdict.asBool()).length,
        score: checkedScore(await this.score(attempt)),
      })),
    );
    ranked.sort((a, b) => b.passed - a.passed || b.score - a.score);
    return (ranked[0] as (typeof ranked)[number]).attempt;
  }
}

function summedScores({ validations }: SampleAttempt): number {
  return validations.reduce((sum, [, verdict]) => sum + (verdict.score ?? 0), 0);
}

function checkedScore(score: number): number {
  if (typeof score === 'number' && !Number.isNaN(score)) return score;
  throw new TypeError(`score must give a number, got ${describe(score)}.`);
}
