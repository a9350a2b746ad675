import type { GenerationEvent } from '@melliflow/core';
import type { ChatReply } from './from-openai-chunk.js';
import type { OpenAIChunk, OpenAIDelta } from './openai-chunk.js';

interface WholeChoice {
  readonly message?: OpenAIDelta | null;
}

/**
 * A whole answer: it is read as one chunk that says everything, and what it tells is added to `events`.
 *
 * @throws MalformedResponseError (`malformed_response`) for what is no answer.
 */
export function fromOpenAICompletion(body: unknown, reply: ChatReply, events: GenerationEvent[]): void {
  const { error, choices } = (body ?? {}) as { error?: unknown; choices?: readonly (WholeChoice | null)[] };
  if (!error && !(Array.isArray(choices) && choices.some((choice) => choice?.message))) {
    throw reply.malformed('the reply has no message');
  }
  const chunk = {
    ...(body as object),
    ...(Array.isArray(choices) && {
      choices: choices.map((choice) => choice && { ...choice, delta: numbered(choice.message) }),
    }),
  };
  reply.take(chunk as OpenAIChunk, events);
}

/** The calls of a whole message have no index; their order is it. */
function numbered(message: OpenAIDelta | null | undefined): OpenAIDelta | null | undefined {
  if (!Array.isArray(message?.tool_calls)) return message;
  return { ...message, tool_calls: message.tool_calls.map((call, index) => ({ ...call, index })) };
}
