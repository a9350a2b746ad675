import {
  type AbstractTool,
  type ChatMessage,
  type Context,
  ImageBlock,
  ModelOutputThunk,
  ModelToolCall,
  type Part,
} from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { ChatContext } from '../contexts/chat-context.js';
import { type ToolList, toolsByName } from '../tools/tool-list.js';
import { listOf } from './list-of.js';
import { Message } from './message.js';
import { ToolMessage } from './tool-message.js';

/** What a chat history is read into. */
export interface FromChatHistoryOptions {
  /** The context that the messages are added to. Default: an empty `ChatContext`. */
  ctx?: Context | undefined;
  /** What the calls in it can be tied to, so that they can be run. */
  tools?: ToolList | undefined;
}

/**
 * A context from the messages of a chat, as `asChatHistory` gives them. What the assistant said is an output of a
 * model again, with its tool calls, so that requirements and requests see it as one.
 *
 * @throws TypeError when a message is none; it says which.
 */
export function fromChatHistory(
  messages: readonly ChatMessage[],
  options: FromChatHistoryOptions = {},
): Context {
  const tools = toolsByName(options.tools);
  const names = new Map<string, string>();
  return listOf(messages, 'messages').reduce<Context>((ctx, message, index) => {
    if (typeof message !== 'object' || message === null)
      throw new TypeError(`messages[${index}] must be a message of a chat, got ${describe(message)}.`);
    for (const { id, name } of message.toolCalls ?? []) if (id !== null) names.set(id, name);
    return ctx.add(partFor(message, tools, names));
  }, options.ctx ?? new ChatContext());
}

function partFor(
  message: ChatMessage,
  tools: ReadonlyMap<string, AbstractTool>,
  names: ReadonlyMap<string, string>,
): Part {
  const { role, content, toolCallId, name } = message;
  const images = message.images?.map((image) => new ImageBlock(image)) ?? [];
  if (role === 'assistant') {
    const toolCalls = message.toolCalls?.map(
      (call) => new ModelToolCall({ ...call, func: tools.get(call.name) ?? null }),
    );
    const parsedRepr = images.length > 0 ? new Message(role, content, { images }) : content;
    return new ModelOutputThunk<unknown>(content, { parsedRepr, ...(toolCalls && { toolCalls }) });
  }
  if (role !== 'tool') return new Message(role, content, { images });
  return new ToolMessage(
    { id: toolCallId ?? null, name: name ?? names.get(toolCallId ?? '') ?? '' },
    content,
  );
}
