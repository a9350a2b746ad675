import { type ChatMessage, InvalidRequestError } from '@melliflow/core';
import type { OllamaFields } from './ollama-options.js';

/**
 * Chat messages as the wire takes them: the arguments of calls are objects, images are bare base64, and the answer of
 * a tool names the tool, by its call where it does not do so itself.
 *
 * @throws InvalidRequestError (`invalid_request`) for an image that is no base64.
 */
export function toOllamaMessages(messages: readonly ChatMessage[], model: string): OllamaFields[] {
  const calls = messages.flatMap(({ toolCalls = [] }) => toolCalls);
  return messages.map(({ role, content, images, toolCalls, name, toolCallId }) => {
    const tool_name =
      role === 'tool' ? (name ?? calls.find(({ id }) => id !== null && id === toolCallId)?.name) : undefined;
    return {
      role,
      content,
      ...(images?.length && { images: images.map((image) => bare(image, model)) }),
      ...(toolCalls?.length && {
        tool_calls: toolCalls.map((call) => ({ function: { name: call.name, arguments: call.args } })),
      }),
      ...(tool_name !== undefined && { tool_name }),
    };
  });
}

function bare(image: string, model: string): string {
  const base64 = image.replace(/^data:[^,]*,/, '');
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return base64;
  const message = 'ollama: an image must be base64, with or without a data: prefix.';
  throw new InvalidRequestError(message, { provider: 'ollama', model });
}
