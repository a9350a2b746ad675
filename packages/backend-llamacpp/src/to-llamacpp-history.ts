import { type ChatMessage, InvalidRequestError, UnsupportedFeatureError } from '@melliflow/core';
import type { ChatHistoryItem, ChatModelFunctionCall, ChatModelResponse } from 'node-llama-cpp';

/** A call that no tool message has answered yet. */
interface OpenCall {
  readonly id: string | null;
  readonly call: ChatModelFunctionCall;
}

/**
 * Chat messages as the engine takes them. A last assistant message is left open: the model goes on with it;
 * else an empty answer is opened. The result of a tool stands in the turn that called it, and that turn goes on.
 * Texts stay texts: the model's control marks in them are plain characters.
 *
 * @throws UnsupportedFeatureError (`unsupported_feature`) for images.
 * @throws InvalidRequestError (`invalid_request`) for the result of a call that is not in the conversation.
 */
export function toLlamaCppHistory(messages: readonly ChatMessage[], model: string): ChatHistoryItem[] {
  const history: ChatHistoryItem[] = [];
  const open: OpenCall[] = [];
  for (const message of messages) {
    if (message.images?.length) throw noImages(model);
    if (message.role === 'tool') takeCall(open, message, model).result = readResult(message.content);
    else if (message.role === 'assistant') say(history, message, open);
    else history.push({ type: message.role, text: message.content });
  }
  if (history.at(-1)?.type !== 'model') history.push({ type: 'model', response: [] });
  return history;
}

/** What the assistant says after the results of its calls goes on with the turn of the calls. */
function say(history: ChatHistoryItem[], { content, toolCalls = [] }: ChatMessage, open: OpenCall[]): void {
  const calls = toolCalls.map(({ id, name, args }, at) => {
    const call: ChatModelFunctionCall = { type: 'functionCall', name, params: args, result: undefined };
    if (at === 0) call.startsNewChunk = true;
    open.push({ id, call });
    return call;
  });
  const said: ChatModelResponse['response'] =
    content === '' && calls.length > 0 ? calls : [content, ...calls];
  const last = history.at(-1);
  if (last?.type === 'model' && typeof last.response.at(-1) === 'object') last.response.push(...said);
  else history.push({ type: 'model', response: said });
}

/** The call that a tool message answers: by its id, else the oldest open one, of the name if one is given. */
function takeCall(open: OpenCall[], { toolCallId, name }: ChatMessage, model: string): ChatModelFunctionCall {
  const at = open.findIndex(({ id, call }) =>
    toolCallId === undefined ? name === undefined || call.name === name : id === toolCallId,
  );
  const [answered] = at < 0 ? [] : open.splice(at, 1);
  if (answered) return answered.call;
  const which = toolCallId ?? name;
  throw new InvalidRequestError(
    `llamacpp: a tool message answers ${which === undefined ? 'a call' : `the call "${which}"`} that is not in the ` +
      'conversation, or is answered already. Keep the assistant message with the call in the context.',
    { provider: 'llamacpp', model },
  );
}

/** The engine writes results as JSON: what is JSON already goes as the value that it is, not as a quoted text. */
function readResult(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return content; // plain text, which is the usual case
  }
}

function noImages(model: string): UnsupportedFeatureError {
  return new UnsupportedFeatureError(
    'llamacpp: images are not supported by this backend; take them out of the context.',
    { provider: 'llamacpp', model },
  );
}
