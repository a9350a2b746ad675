import type { GenerationEvent } from '@melliflow/core';
import type { ChatReply } from './chat-reply.js';
import { isFailure } from './is-failure.js';
import type { WireChunk, WireDelta } from './wire-chunk.js';

interface WholeChoice {
  readonly message?: WireDelta | null;
}

interface WholeBody {
  readonly choices?: readonly (WholeChoice | null)[];
}

/**
 * A whole answer: it is read as one chunk that says everything, and what it tells is added to `events`.
 *
 * @throws MalformedResponseError (`malformed_response`) for what is no answer.
 */
export function takeWhole(body: unknown, reply: ChatReply, events: GenerationEvent[]): void {
  const { choices } = (body ?? {}) as WholeBody;
  if (!isFailure(body) && !(Array.isArray(choices) && choices.some((choice) => choice?.message))) {
    throw reply.malformed('the reply has no message');
  }
  const chunk = {
    ...(body as object),
    ...(Array.isArray(choices) && {
      choices: choices.map((choice) => choice && { ...choice, delta: numbered(choice.message) }),
    }),
  };
  reply.take(chunk as WireChunk, events);
}

/** The calls of a whole message have no index; their order is it. */
function numbered(message: WireDelta | null | undefined): WireDelta | null | undefined {
  if (!Array.isArray(message?.tool_calls)) return message;
  return { ...message, tool_calls: message.tool_calls.map((call, index) => ({ ...call, index })) };
}
