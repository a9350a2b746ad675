import type { CBlock, ComponentLike, Context } from '@melliflow/core';
import { blockify } from '@melliflow/core';
import { className, describe } from '@melliflow/core/implement';

/**
 * A strategy that goes on from an answer needs a context in which a model sees what was said before.
 *
 * @throws TypeError when `ctx` shows it nothing of that; before any request.
 */
export function mustShowConversation(
  strategy: string,
  action: ComponentLike | CBlock | string,
  ctx: Context,
): void {
  if (typeof ctx?.viewForGeneration !== 'function')
    throw new TypeError(`ctx must be a Context, got ${describe(ctx)}.`);
  const asked = blockify(action);
  if (ctx.add(asked).viewForGeneration()?.includes(asked)) return;
  throw new TypeError(
    `${strategy} needs a context that shows the conversation, such as ChatContext; got ${className(ctx)}.`,
  );
}
