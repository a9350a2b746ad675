import type { GenerationEvent, GenerationWarning, RawItem, TokenLogprob } from '@melliflow/core';
import type { AttemptIO } from './attempt.js';

/**
 * What the events of an answer come to, for a raw batch.
 *
 * @param io That of the attempt: where it fails, its error has the text that came before.
 */
export async function rawItemOf(
  batches: AsyncIterable<readonly GenerationEvent[]>,
  prompt: string,
  io: Pick<AttemptIO, 'onFailureKeep'>,
): Promise<RawItem> {
  let [text, thinking] = ['', ''];
  io.onFailureKeep(() => text);
  const logprobs: TokenLogprob[] = [];
  const warnings: GenerationWarning[] = [];
  const item: { -readonly [K in keyof RawItem]: RawItem[K] } = { text, finishReason: 'other', prompt };
  for await (const batch of batches) {
    for (const event of batch) {
      if (event.type === 'text') text += event.text;
      else if (event.type === 'thinking') thinking += event.text;
      else if (event.type === 'logprobs') for (const token of event.logprobs) logprobs.push(token);
      else if (event.type === 'warning') warnings.push(event.warning);
      else if (event.type === 'usage') item.usage = event.usage;
      else if (event.type === 'metadata') Object.assign(item, given(event));
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

function given({ model, responseId }: GenerationEvent & { type: 'metadata' }): Partial<RawItem> {
  return { ...(model !== undefined && { model }), ...(responseId !== undefined && { responseId }) };
}
