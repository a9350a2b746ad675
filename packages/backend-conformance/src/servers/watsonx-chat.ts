import { jsonDocument } from './framing.js';
import { openaiChat } from './openai-chat.js';
import type { ScriptedReply } from './scripted-reply.js';
import { watsonxEvents } from './watsonx-events.js';
import type { WireAnswer } from './wire.js';
import type { WireRequest } from './wire-request.js';

/**
 * A chat as `/text/chat` and `/text/chat_stream` answer it: what OpenAI's wire says, under watsonx's names, with the
 * usage unasked and without an end marker.
 */
export function watsonxChat(
  request: WireRequest,
  reply: ScriptedReply,
  model: string,
  stream: boolean,
): WireAnswer {
  const body = { ...request.body, model, stream, stream_options: { include_usage: true } };
  const { events } = openaiChat({ ...request, body }, reply);
  return {
    framing: stream ? watsonxEvents() : jsonDocument,
    events: events
      .filter(({ data }) => data !== '[DONE]')
      .map(({ data, content }) => ({ data: renamed(data), content })),
  };
}

/** `usage` is absent, not null, where there is none. */
function renamed(data: string): string {
  const { model, usage, ...rest } = JSON.parse(data) as { model?: unknown; usage?: unknown };
  return JSON.stringify({
    ...rest,
    model_id: model,
    model,
    model_version: '1.0.0',
    created_at: '2026-01-01T00:00:00.000Z',
    ...(usage ? { usage } : {}),
  });
}
