import type { GenerationEvent, GenerationWarning, RawItem, TokenLogprob } from '@melliflow/core';

/** What the events of an answer come to, for a raw batch. */
export async function toRawItem(
  batches: AsyncIterable<readonly GenerationEvent[]>,
  prompt: string,
): Promise<RawItem> {
  let [text, thinking] = ['', ''];
  const logprobs: TokenLogprob[] = [];
  const warnings: GenerationWarning[] = [];
  const item: { -readonly [K in keyof RawItem]: RawItem[K] } = { text, finishReason: 'other', prompt };
  for await (const batch of batches) {
    for (const event of batch) {
      if (event.type === 'text') text += event.text;
      else if (event.type === 'thinking') thinking += event.text;
      else if (event.type === 'logprobs') logprobs.push(...event.logprobs);
      else if (event.type === 'warning') warnings.push(event.warning);
      else if (event.type === 'usage') item.usage = event.usage;
      else if (event.type === 'metadata') item.model = event.model;
      else if (event.type === 'finish') item.finishReason = event.reason;
    }
  }
  return {
    ...item,
    text,
    warnings,
    ...(thinking !== '' && { thinking }),
    ...(logprobs.length > 0 && { logprobs }),
  };
}
