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

/** A finished chat as it is kept, without the prompt, and with its pieces put together; null when it is not kept. */
export async function recorded(
  events: readonly GenerationEvent[],
  format: ResolvedFormat | null,
): Promise<GenerationEvent[] | null> {
  const kept: GenerationEvent[] = [];
  let pieces: string[] = [];
  const text: string[] = [];
  for (const [index, event] of events.entries()) {
    if (event.type === 'prompt') continue;
    if (event.type === 'text') text.push(event.text);
    if (event.type !== 'text' && event.type !== 'thinking') {
      kept.push(event);
      continue;
    }
    pieces.push(event.text);
    if (events[index + 1]?.type === event.type) continue;
    kept.push({ type: event.type, text: pieces.join('') });
    pieces = [];
  }
  const last = kept.at(-1);
  if (last?.type !== 'finish') return null;
  return (await isKept(last.reason, text.join(''), format)) ? kept : null;
}
