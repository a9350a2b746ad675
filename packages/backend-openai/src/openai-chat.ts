import type { GenerationEvent } from '@melliflow/core';
import {
  type AttemptIO,
  readServerSentEvents,
  readText,
  type ServerSentEvent,
  within,
} from '@melliflow/provider-kit';
import { ChatReply } from './from-openai-chunk.js';
import { fromOpenAICompletion } from './from-openai-completion.js';
import type { ChatRequest } from './openai-chat-request.js';
import type { OpenAIChunk } from './openai-chunk.js';

/** How long usage and end marker may take after the answer itself has ended. */
const TAIL_MS = 5000;

const isEnd = ({ data }: { data: string }): boolean => data === '[DONE]';

/** What a reply tells, batch by batch; whether it is a stream is the server's choice, whatever was asked for. */
export async function* readChat(
  response: Response,
  io: AttemptIO,
  init: Pick<ChatRequest, 'restoreText' | 'streaming'> & Pick<ChatReply['init'], 'origin'>,
): AsyncGenerator<readonly GenerationEvent[], void> {
  const reply = new ChatReply({ ...init, headers: response.headers });
  const type = response.headers.get('content-type') ?? '';
  if (/\b(html|xml)\b/.test(type)) throw reply.malformed(`the reply is ${type.split(';')[0]}; check baseURL`);
  const untold: GenerationEvent[] = [];
  io.onFailure(() => [...untold.splice(0), ...reply.rest()]);
  // Not every server names the type of what it sends.
  const isStream = /event-stream/.test(type) || (init.streaming && !/json/.test(type));
  if (isStream) return yield* readStream(response, io, reply);
  fromOpenAICompletion(parse(await readText(response.body, io.signal), reply), reply, untold);
  const end = reply.end();
  yield [...untold.splice(0), ...end];
}

async function* readStream(
  response: Response,
  io: AttemptIO,
  reply: ChatReply,
): AsyncGenerator<readonly GenerationEvent[], void> {
  const batches = readServerSentEvents(response.body, { signal: io.signal, isEnd });
  let deadline = Number.POSITIVE_INFINITY;
  try {
    for (;;) {
      const asked = batches.next();
      const next = await (reply.finish === null ? asked : within(deadline - performance.now(), asked));
      if (next === undefined || next.done) break;
      const told: GenerationEvent[] = [];
      const failure = takeAll(next.value, reply, told);
      if (reply.hasNews()) io.content();
      if (reply.finish !== null) {
        io.answered();
        deadline = Math.min(deadline, performance.now() + TAIL_MS);
      }
      if (told.length > 0) yield told;
      if (failure) throw failure;
      if (performance.now() >= deadline) break;
    }
  } catch (error) {
    // An answer that is whole stays one; only its count is lost with what broke.
    if (reply.finish === null || io.signal.aborted) throw error;
  }
  if (reply.finish !== null) yield lacking(reply);
  yield reply.end();
}

/** Reads events; what goes wrong is given back, so that what came before it can be told first. */
function takeAll(events: readonly ServerSentEvent[], reply: ChatReply, told: GenerationEvent[]): unknown {
  try {
    for (const { event, data, cut } of events) {
      if (cut && !isJson(data)) continue;
      const chunk = parse(data, reply) as OpenAIChunk | null;
      if (event === 'error') throw reply.failure(chunk);
      reply.take(chunk, told);
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

function lacking({ hasUsage }: ChatReply): GenerationEvent[] {
  if (hasUsage) return [];
  const message = 'The server did not tell the usage.';
  return [{ type: 'warning', warning: { kind: 'other', message } }];
}

function parse(text: string, reply: ChatReply): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says quotes the answer.
    throw reply.malformed(text === '' ? 'the reply is empty' : 'the reply is not JSON');
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
