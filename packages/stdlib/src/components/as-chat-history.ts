import type { ChatMessage, Context } from '@melliflow/core';
import { type ChatFormatter, TemplateFormatter } from '@melliflow/formatter';

/**
 * All that a context remembers as the messages of a chat: plain data, to be shown, stored or sent elsewhere.
 * `fromChatHistory` is the way back.
 *
 * @throws TypeError when an output is not computed yet; it says which entry it is.
 */
export function asChatHistory(
  ctx: Context,
  formatter: ChatFormatter = new TemplateFormatter(),
): ChatMessage[] {
  return formatter.toChatMessages(ctx.asList());
}
