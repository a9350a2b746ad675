import { ParallelSamplingStrategy } from './parallel-sampling-strategy.js';
import type { SampleAttempt } from './sample-attempt.js';
import type { StrategyInit } from './strategy-init.js';
import { textSimilarity } from './text-similarity.js';

/** How alike two texts are, from 0 to 1. */
export type Similarity = (candidate: string, other: string) => number | Promise<number>;

/** What is compared. */
export interface MinimumBayesRiskInit extends StrategyInit {
  /** Default: `textSimilarity`. */
  similarity?: Similarity | undefined;
}

/**
 * Asks `loopBudget` times at once (8 by default) and gives the answer that is most like all others: for free texts, of
 * which no two are the same.
 *
 * @example
 * new MinimumBayesRiskStrategy({ loopBudget: 5 });
 */
export class MinimumBayesRiskStrategy extends ParallelSamplingStrategy {
  override readonly name: string = 'MinimumBayesRiskStrategy';
  readonly similarity: Similarity;

  /** @throws RangeError for a `loopBudget` below 1; TypeError for what is no requirement. */
  constructor(init: MinimumBayesRiskInit = {}) {
    super(init, 8);
    this.similarity = init.similarity ?? textSimilarity;
  }

  /** The one with the greatest sum of similarities to the others; among equals the first. */
  async choose(attempts: readonly SampleAttempt[]): Promise<SampleAttempt> {
    const texts = attempts.map(({ result }) => result.value);
    let best = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (const [i, candidate] of texts.entries()) {
      const others = texts.filter((_, j) => j !== i);
      const alike = await Promise.all(others.map((other) => this.similarity(candidate, other)));
      const sum = alike.reduce((total, one) => total + one, 0);
      if (sum > most) [best, most] = [i, sum];
    }
    return attempts[best] as SampleAttempt;
  }
}
