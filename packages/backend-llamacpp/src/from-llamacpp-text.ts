import type { GenerationEvent } from '@melliflow/core';

/** `events` with all of their text in one piece, restored, before what comes after the text. */
export async function* restoredText(
  events: AsyncIterable<GenerationEvent>,
  restore: (text: string) => string,
): AsyncGenerator<GenerationEvent, void> {
  let held = '';
  for await (const event of events) {
    if (event.type === 'text') {
      held += event.text;
      continue;
    }
    if (event.type === 'usage' && held !== '') yield { type: 'text', text: restore(held) };
    yield event;
  }
}
