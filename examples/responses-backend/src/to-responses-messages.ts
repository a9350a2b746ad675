import { type ChatMessage, InvalidRequestError, UnsupportedFeatureError } from '@melliflow/core';
import type { ErrorOrigin } from '@melliflow/core/implement';
import type { ResponseInputContent, ResponseInputItem } from 'openai/resources/responses/responses.js';

/**
 * Messages as the wire takes them: the turns before as input items, since nothing is kept at the provider. Calls
 * without an id get one, and an answer that does not say which call it answers is given to the oldest open one.
 *
 * @throws UnsupportedFeatureError (`unsupported_feature`) for images that are not the user's.
 * @throws InvalidRequestError (`invalid_request`) for a tool's answer that no call asked for.
 */
export function toResponsesMessages(
  messages: readonly ChatMessage[],
  origin: ErrorOrigin,
): ResponseInputItem[] {
  const open: string[] = [];
  return messages.flatMap(({ role, content, images, toolCalls, toolCallId }, index): ResponseInputItem[] => {
    if (images?.length && role !== 'user') {
      const message = `images can only stand in messages of the user, not of "${role}"`;
      throw new UnsupportedFeatureError(`${origin.provider}: ${message}.`, origin);
    }
    if (role === 'assistant') {
      const calls = (toolCalls ?? []).map(({ id, name, args }, i): ResponseInputItem => {
        const call_id = id ?? `call_${index}_${i}`;
        open.push(call_id);
        return { type: 'function_call', call_id, name, arguments: JSON.stringify(args) };
      });
      return content === '' && calls.length > 0 ? calls : [{ role, content }, ...calls];
    }
    if (role !== 'tool') return [{ role, content: images?.length ? parts(content, images) : content }];
    const call_id = toolCallId ?? open[0];
    if (call_id === undefined) {
      const message = 'a message of a tool answers no call; put the call into the context before it';
      throw new InvalidRequestError(`${origin.provider}: ${message}.`, origin);
    }
    const at = open.indexOf(call_id);
    if (at >= 0) open.splice(at, 1);
    return [{ type: 'function_call_output', call_id, output: content }];
  });
}

function parts(text: string, images: readonly string[]): ResponseInputContent[] {
  const shown = images.map((image): ResponseInputContent => {
    const image_url = image.startsWith('data:') ? image : `data:image/png;base64,${image}`;
    return { type: 'input_image', detail: 'auto', image_url };
  });
  return text === '' ? shown : [{ type: 'input_text', text }, ...shown];
}
