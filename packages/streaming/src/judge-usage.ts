import type { ModelOutputThunk, TokenUsage } from '@melliflow/core';
import { sumOfUsage } from './stream-accounting.js';

/** A verdict, and what a model said for it, if one was asked. */
interface Judged {
  readonly thunk: ModelOutputThunk<unknown> | null;
}

/** What the models cost that were asked for verdicts. Several verdicts may come of one answer, which counts once. */
export class JudgeUsage {
  readonly answers: Set<ModelOutputThunk<unknown>> = new Set();

  add(verdicts: readonly Judged[]): void {
    for (const { thunk } of verdicts) if (thunk) this.answers.add(thunk);
  }

  /** The sum, but for `judged`, which a verdict may name as well; null when no provider told anything. */
  sumBut(judged: ModelOutputThunk<unknown> | null): TokenUsage | null {
    const usages: TokenUsage[] = [];
    for (const answer of this.answers) {
      const { usage } = answer.generation;
      if (usage && answer !== judged) usages.push(usage);
    }
    return usages.length > 0 ? sumOfUsage(usages) : null;
  }
}
