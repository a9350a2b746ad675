import type { FinishReason, GenerationEvent, ResolvedFormat } from '@melliflow/core';
import { parseFormat } from '@melliflow/core/implement';

/** Ends that the same question would bring again; what a filter or a time limit cut is no whole answer. */
const wholeEnds: ReadonlySet<FinishReason> = new Set<FinishReason>(['stop', 'length', 'tool_calls']);

/** Whether an answer may be given again: it is whole, and fits its format where there is one. */
export async function isKept(
  finishReason: FinishReason,
  text: string,
  format: ResolvedFormat | null,
): Promise<boolean> {
  if (!wholeEnds.has(finishReason)) return false;
  if (format === null || (finishReason === 'tool_calls' && text === '')) return true;
  return parseFormat(text, format).then(
    () => true,
    () => false,
  );
}

/** The same for a chat; the same schema may come with another check, so a kept answer is looked at again. */
export async function isChatKept(
  events: readonly GenerationEvent[],
  format: ResolvedFormat | null,
): Promise<boolean> {
  const last = events.at(-1);
  if (last?.type !== 'finish') return false;
  const text = events.flatMap((event) => (event.type === 'text' ? event.text : []));
  return isKept(last.reason, text.join(''), format);
}

/** A finished chat as it is kept, without the prompt, and with its pieces put together; null when it is not kept. */
export async function recorded(
  events: readonly GenerationEvent[],
  format: ResolvedFormat | null,
): Promise<GenerationEvent[] | null> {
  const kept: GenerationEvent[] = [];
  let pieces: string[] = [];
  for (const [index, event] of events.entries()) {
    if (event.type === 'prompt') continue;
    if (event.type !== 'text' && event.type !== 'thinking') {
      kept.push(event);
      continue;
    }
    pieces.push(event.text);
    if (events[index + 1]?.type === event.type) continue;
    kept.push({ type: event.type, text: pieces.join('') });
    pieces = [];
  }
  return (await isChatKept(kept, format)) ? kept : null;
}
