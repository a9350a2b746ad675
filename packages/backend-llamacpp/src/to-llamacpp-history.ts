import { type ChatMessage, UnsupportedFeatureError } from '@melliflow/core';
import type { ChatHistoryItem } from 'node-llama-cpp';

/**
 * Chat messages as the engine takes them. A last assistant message is left open: the model goes on with it;
 * else an empty answer is opened. Texts stay texts: the model's control marks in them are plain characters.
 *
 * @throws UnsupportedFeatureError (`unsupported_feature`) for images and for the messages of tool calls.
 */
export function toLlamaCppHistory(messages: readonly ChatMessage[], model: string): ChatHistoryItem[] {
  const history = messages.map((message) => toItem(message, model));
  if (history.at(-1)?.type !== 'model') history.push({ type: 'model', response: [] });
  return history;
}

function toItem(message: ChatMessage, model: string): ChatHistoryItem {
  const refuse = (what: string): UnsupportedFeatureError =>
    new UnsupportedFeatureError(
      `llamacpp: ${what} are not supported by this backend; take them out of the context.`,
      {
        provider: 'llamacpp',
        model,
      },
    );
  if (message.images?.length) throw refuse('images');
  if (message.toolCalls?.length || message.role === 'tool') throw refuse('tool calls and their results');
  if (message.role === 'assistant') return { type: 'model', response: [message.content] };
  return { type: message.role, text: message.content };
}
