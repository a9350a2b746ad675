import type { GenerationEvent, GenerationWarning, RawItem, TokenUsage } from '@melliflow/core';

/** Marks an answer that was kept. */
export const fromStore: GenerationWarning = {
  kind: 'other',
  option: 'cache',
  message: 'The answer is from the cache: no model was asked.',
};

/** Marks an answer that another caller asked for at the same time. */
export const fromOther: GenerationWarning = {
  kind: 'other',
  option: 'cache',
  message: 'The same question was being answered already: no model was asked again.',
};

/** What the answer cost when it was made, with the tokens in `details.tokensFromCache` that nobody spent again. */
export function unspent(usage: TokenUsage): TokenUsage {
  return { ...usage, details: { ...usage.details, tokensFromCache: usage.totalTokens } };
}

/** An event for one of those who follow the same run: what it changes, the others must not see. */
export function ownEvent(event: GenerationEvent): GenerationEvent {
  return shared.has(event.type) ? structuredClone(event) : event;
}

/** Events whose objects end up in the output; texts need no copy. */
const shared: ReadonlySet<GenerationEvent['type']> = new Set([
  'tool_call',
  'usage',
  'warning',
  'prompt',
] as const);

/** An event of a chat that cost nothing this time. */
export function unspentEvent(event: GenerationEvent): GenerationEvent {
  return event.type === 'usage' ? { type: 'usage', usage: unspent(event.usage) } : event;
}

/** An item of a raw batch that cost nothing this time, or cost another caller. */
export function unspentItem(item: RawItem, warning: GenerationWarning): RawItem {
  return {
    ...item,
    usage: item.usage && unspent(item.usage),
    warnings: [{ ...warning }, ...(item.warnings ?? [])],
  };
}
