import type { ComputedModelOutputThunk } from '@melliflow/core';
import { mathAnswer } from './math-answer.js';
import { ParallelSamplingStrategy } from './parallel-sampling-strategy.js';
import type { SampleAttempt } from './sample-attempt.js';
import type { StrategyInit } from './strategy-init.js';

/** What is voted for. */
export interface MajorityVotingInit extends StrategyInit {
  /**
   * What an output votes for; outputs with the same text vote together. Default: the final number in it, however it is
   * written (`mathAnswer`), else its words without case and punctuation.
   */
  answer?: ((output: ComputedModelOutputThunk<unknown>) => string | Promise<string>) | undefined;
}

/**
 * Asks `loopBudget` times at once (8 by default) and gives the answer that comes most often; among equals the one that
 * came first in order.
 *
 * @example
 * new MajorityVotingStrategy({ answer: ({ parsedRepr }) => (parsedRepr as Verdict).label });
 */
export class MajorityVotingStrategy extends ParallelSamplingStrategy {
  override readonly name: string = 'MajorityVotingStrategy';
  readonly answer: (output: ComputedModelOutputThunk<unknown>) => string | Promise<string>;

  /** @throws RangeError for a `loopBudget` below 1; TypeError for what is no requirement. */
  constructor(init: MajorityVotingInit = {}) {
    super(init, 8);
    this.answer = init.answer ?? finalAnswer;
  }

  /** The first with the answer that most gave. */
  async choose(attempts: readonly SampleAttempt[]): Promise<SampleAttempt> {
    const answers = await Promise.all(attempts.map(({ result }) => this.answer(result)));
    const votes = new Map<string, SampleAttempt[]>();
    for (const [i, answer] of answers.entries()) {
      const alike = votes.get(answer) ?? [];
      votes.set(answer, alike);
      alike.push(attempts[i] as SampleAttempt);
    }
    const [winner] = [...votes.values()].sort((a, b) => b.length - a.length);
    return winner?.[0] as SampleAttempt;
  }
}

async function finalAnswer({ value }: ComputedModelOutputThunk<unknown>): Promise<string> {
  const words = (): string =>
    value
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.join(' ') ?? value.trim();
  return (await mathAnswer(value)) ?? words();
}
