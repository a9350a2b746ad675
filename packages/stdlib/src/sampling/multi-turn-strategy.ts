import type { CBlock, ComponentLike, Context } from '@melliflow/core';
import { ToolMessage } from '../components/tool-message.js';
import { BaseSamplingStrategy } from './base-sampling-strategy.js';
import { repairMessage } from './repair-message.js';
import type { SampleAttempt, SampleStep } from './sample-attempt.js';
import { mustShowConversation } from './shown-conversation.js';

/**
 * Goes on with the conversation: the model sees its answer, and is told what it lacks and why. The context must show
 * the conversation, as ChatContext does; `sample` throws a TypeError for any other.
 *
 * @example
 * await new MultiTurnStrategy({ loopBudget: 3 }).sample(instruction, new ChatContext(), backend, { requirements });
 */
export class MultiTurnStrategy extends BaseSamplingStrategy {
  override readonly name: string = 'MultiTurnStrategy';

  /** A message that says what failed, after the answer. */
  repair(last: SampleAttempt): SampleStep {
    return { action: repairMessage(last), ctx: withResults(last) };
  }

  /** The last one: it knows of most mistakes. */
  override selectFromFailure(attempts: readonly SampleAttempt[]): number {
    return attempts.length - 1;
  }

  /** @internal */
  override _check(action: ComponentLike | CBlock | string, ctx: Context): void {
    mustShowConversation(this.name, action, ctx);
  }
}

/** The context after the answer. Calls that it makes have results there: providers refuse one that has none. */
function withResults({ result, resultCtx }: SampleAttempt): Context {
  const notMade = { content: 'The call was not made, since the answer is not good enough.' };
  return (result.toolCalls ?? []).reduce(
    (ctx, call) => ctx.add(new ToolMessage(call, null, notMade)),
    resultCtx,
  );
}
