import { type ChatMessage, InvalidRequestError, UnsupportedFeatureError } from '@melliflow/core';
import type { OpenAIFields } from './openai-options.js';

/**
 * Chat messages as the wire takes them. Calls that have no name get one, and a tool's answer that does not say which
 * call it answers is given to the first open call of that tool.
 *
 * @throws UnsupportedFeatureError (`unsupported_feature`) for images that are not the user's.
 * @throws InvalidRequestError (`invalid_request`) for a tool's answer that no call asked for.
 */
export function toOpenAIMessages(messages: readonly ChatMessage[], model: string): OpenAIFields[] {
  const open: OpenCall[] = [];
  return messages.map((message, index) => {
    const { role, content } = message;
    if (role !== 'user' && message.images?.length) throw wrongImages(role, model);
    switch (role) {
      case 'user':
        return { role, content: message.images?.length ? parts(content, message.images) : content };
      case 'assistant': {
        if (!message.toolCalls?.length) return { role, content };
        const tool_calls = message.toolCalls.map(({ id, name, args }, i) => {
          const call = { id: id ?? `call_${index}_${i}`, name };
          open.push(call);
          return {
            id: call.id,
            type: 'function',
            function: { name, arguments: JSON.stringify(args) },
          };
        });
        return { role, content: content === '' ? null : content, tool_calls };
      }
      case 'tool': {
        const tool_call_id = message.toolCallId ?? answeredBy(message, open)?.id;
        if (tool_call_id === undefined) throw unasked(model);
        const at = open.findIndex(({ id }) => id === tool_call_id);
        if (at !== -1) open.splice(at, 1);
        return { role, content, tool_call_id };
      }
      default:
        return { role, content };
    }
  });
}

interface OpenCall {
  readonly id: string;
  readonly name: string;
}

function answeredBy({ name }: ChatMessage, open: readonly OpenCall[]): OpenCall | undefined {
  return open.find((call) => call.name === name) ?? open[0];
}

function parts(text: string, images: readonly string[]): OpenAIFields[] {
  const shown = images.map((image) => ({ type: 'image_url', image_url: { url: dataUrl(image) } }));
  return text === '' ? shown : [{ type: 'text', text }, ...shown];
}

function dataUrl(image: string): string {
  return image.startsWith('data:') ? image : `data:image/png;base64,${image}`;
}

function wrongImages(role: string, model: string): UnsupportedFeatureError {
  const message = `openai: images can only stand in messages of the user, not of "${role}".`;
  return new UnsupportedFeatureError(message, { provider: 'openai', model });
}

function unasked(model: string): InvalidRequestError {
  const message =
    'openai: a message of a tool answers no call. Put the call into the context before it, or give toolCallId.';
  return new InvalidRequestError(message, { provider: 'openai', model });
}
