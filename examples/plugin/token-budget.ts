import { type GenerationPostCallPayload, HookType } from '@melliflow/core';
import { block, hook, Plugin } from '@melliflow/plugins';

/** Blocks generations once the tokens are spent. `tokenBudget` of `@melliflow/plugins` also counts raw batches. */
export class TokenBudget extends Plugin {
  override readonly name = 'token-budget';
  readonly maxTokens: number;
  usedTokens = 0;

  constructor(maxTokens: number) {
    super();
    this.maxTokens = maxTokens;
  }

  override hooks() {
    return [
      hook(HookType.GENERATION_PRE_CALL, () => this.guard()),
      hook(HookType.GENERATION_POST_CALL, (payload) => this.count(payload), { mode: 'audit' }),
    ];
  }

  guard() {
    return this.usedTokens < this.maxTokens ? null : block('the budget is spent.', { code: 'budget' });
  }

  count({ modelOutput }: GenerationPostCallPayload): void {
    this.usedTokens += modelOutput.generation.usage?.totalTokens ?? 0;
  }
}
