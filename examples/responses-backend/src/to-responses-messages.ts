import { type ChatMessage, InvalidRequestError, UnsupportedFeatureError } from '@melliflow/core';
import type { ErrorOrigin } from '@melliflow/core/implement';

/**
 * Messages as the wire takes them. Calls without an id get one, and an answer that does not say which call it answers
 * is given to the oldest open one.
 *
 * @throws UnsupportedFeatureError (`unsupported_feature`) for images.
 * @throws InvalidRequestError (`invalid_request`) for a tool's answer that no call asked for.
 */
export function toResponsesMessages(messages: readonly ChatMessage[], origin: ErrorOrigin): object[] {
  const open: string[] = [];
  return messages.map(({ role, content, images, toolCalls, toolCallId }, index) => {
    if (images?.length) {
      throw new UnsupportedFeatureError(`${origin.provider}: images cannot be shown to it.`, origin);
    }
    if (role === 'assistant' && toolCalls?.length) {
      const tool_calls = toolCalls.map(({ id, name, args }, i) => {
        const call = { id: id ?? `call_${index}_${i}`, name };
        open.push(call.id);
        return { id: call.id, type: 'function', function: { name, arguments: JSON.stringify(args) } };
      });
      return { role, content: content || null, tool_calls };
    }
    if (role !== 'tool') return { role, content };
    const tool_call_id = toolCallId ?? open[0];
    if (tool_call_id === undefined) {
      const message = 'a message of a tool answers no call; put the call into the context before it';
      throw new InvalidRequestError(`${origin.provider}: ${message}.`, origin);
    }
    const at = open.indexOf(tool_call_id);
    if (at >= 0) open.splice(at, 1);
    return { role, content, tool_call_id };
  });
}
