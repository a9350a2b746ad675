import { type ChatMessage, InvalidRequestError, UnsupportedFeatureError } from '@melliflow/core';
import type { ErrorOrigin } from '@melliflow/core/implement';
import type { WireFields } from './wire-fields.js';

/**
 * Chat messages as the wire takes them. Calls that have no id get one, and a tool's answer that does not say which
 * call it answers is given to the first open call of that tool, or of any where it does not say the tool either.
 *
 * @throws UnsupportedFeatureError (`unsupported_feature`) for images that are not the user's.
 * @throws InvalidRequestError (`invalid_request`) for a tool's answer that no call asked for.
 */
export function toWireMessages(messages: readonly ChatMessage[], origin: ErrorOrigin): WireFields[] {
  const open: OpenCall[] = [];
  return messages.map((message, index) => {
    const { role, content } = message;
    if (role !== 'user' && message.images?.length) throw wrongImages(role, origin);
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
        if (tool_call_id === undefined) throw unasked(origin);
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
  return name === undefined ? open[0] : open.find((call) => call.name === name);
}

function parts(text: string, images: readonly string[]): WireFields[] {
  const shown = images.map((image) => ({ type: 'image_url', image_url: { url: dataUrl(image) } }));
  return text === '' ? shown : [{ type: 'text', text }, ...shown];
}

function dataUrl(image: string): string {
  return image.startsWith('data:') ? image : `data:image/png;base64,${image}`;
}

function wrongImages(role: string, { provider, model }: ErrorOrigin): UnsupportedFeatureError {
  const message = `${provider}: images can only stand in messages of the user, not of "${role}".`;
  return new UnsupportedFeatureError(message, { provider, model });
}

function unasked({ provider, model }: ErrorOrigin): InvalidRequestError {
  const message =
    'a message of a tool answers no call. Put the call into the context before it, or give toolCallId.';
  return new InvalidRequestError(`${provider}: ${message}`, { provider, model });
}
