import { type HookContext, HookType, type ModelOutputThunk } from '@melliflow/core';
import { describe, log } from '@melliflow/core/implement';
import { type Blocked, block } from '../answer.js';
import { type AnyHook, hook } from '../hook.js';
import { Plugin } from '../plugin.js';
import { onFinished } from './finished-call.js';
import { spentShare } from './spent-share.js';

/** How much may be spent. */
export interface TokenBudgetInit {
  /** Prompt and completion tokens, of all calls together. */
  maxTokens: number;
  /** For errors and logs. Default `tokenBudget`. */
  name?: string | undefined;
}

/** Blocks calls once the tokens of those before it are spent. A call that begins within the budget may exceed it. */
export class TokenBudget extends Plugin {
  override readonly name: string;
  readonly maxTokens: number;
  /** So far; of calls that failed too, as far as the provider told it. */
  usedTokens = 0;
  /** @internal Whether a provider told no usage; that is said once. */
  _untold = false;

  /** @throws TypeError when `maxTokens` is no positive number. */
  constructor({ maxTokens, name = 'tokenBudget' }: TokenBudgetInit) {
    super();
    if (typeof maxTokens !== 'number' || !(maxTokens > 0)) {
      throw new TypeError(`tokenBudget: maxTokens must be a positive number, got ${describe(maxTokens)}.`);
    }
    this.name = name;
    this.maxTokens = maxTokens;
  }

  /** Starts anew. */
  reset(): void {
    this.usedTokens = 0;
  }

  override hooks(): readonly AnyHook[] {
    const guard = (): Blocked | null => this._verdict();
    const early = { priority: 10 };
    return [
      hook(HookType.GENERATION_PRE_CALL, guard, early),
      hook(HookType.GENERATION_BATCH_PRE_CALL, guard, early),
      ...onFinished(({ outputs, error }, context) => this._spend(outputs, error, context), {
        mode: 'audit',
        priority: 10,
      }),
    ];
  }

  /** @internal */
  _spend(
    outputs: readonly ModelOutputThunk<unknown>[],
    error: Error | null,
    { provider }: HookContext,
  ): void {
    for (const { generation } of outputs) {
      const { usage } = generation;
      if (usage) this.usedTokens += Math.round(usage.totalTokens * spentShare(usage));
      if (usage || error || this._untold) continue;
      this._untold = true;
      log('warn', `${this.name}: ${provider} told no usage, it counts as 0.`);
    }
  }

  /** @internal */
  _verdict(): Blocked | null {
    const { maxTokens, usedTokens } = this;
    if (usedTokens < maxTokens) return null;
    return block(`The budget of ${maxTokens} tokens is spent: ${usedTokens} were used.`, {
      code: 'token_budget',
      details: { maxTokens, usedTokens },
    });
  }
}

/**
 * A plugin that ends a part of a program when its tokens are spent.
 *
 * @throws TypeError when `maxTokens` is no positive number.
 *
 * @example
 * await pluginScope(tokenBudget({ maxTokens: 10_000 }), () => handle(request));
 */
export function tokenBudget(init: TokenBudgetInit): TokenBudget {
  return new TokenBudget(init);
}
