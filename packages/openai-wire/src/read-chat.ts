import type { GenerationEvent } from '@melliflow/core';
import {
  type Answer,
  type AttemptIO,
  answerOf,
  noUsage,
  type ProviderReply,
  readServerSentEvents,
  readText,
  type ServerSentEvent,
  within,
} from '@melliflow/provider-kit';
import { ChatReply, type ChatReplyInit } from './chat-reply.js';
import { takeWhole } from './whole-reply.js';
import type { WireChunk } from './wire-chunk.js';

/** How long the usage may take after the answer itself has ended. */
const TAIL_MS = 5000;
/** How long the end marker may take after both; servers send them together, and some have none. */
const MARKER_MS = 50;

const isEnd = ({ data }: { data: string }): boolean => data === '[DONE]';

/** What a chat's reply is read with. */
export interface ChatInit extends Omit<ChatReplyInit, 'headers'> {
  /** Whether a stream was asked for. */
  readonly streaming: boolean;
}

/**
 * What the reply to a chat tells, batch by batch; whether it is a stream is the server's choice, whatever was asked
 * for. The answer ended well when its end was told (`finish_reason`); the end marker `[DONE]` may be missing.
 *
 * @throws IncompleteStreamError (`incomplete_stream`) when the reply never said that the answer ended.
 * @throws MalformedResponseError (`malformed_response`) for what is no reply.
 * @throws BackendError of its class for an error inside of the reply.
 */
export async function* readChat(
  reply: Pick<ProviderReply, 'headers' | 'body'>,
  io: AttemptIO,
  init: ChatInit,
): AsyncGenerator<readonly GenerationEvent[], void> {
  // Copies, which a reader may keep.
  for await (const batch of answerOf(() => chatAnswer(reply, io, init))) yield [...batch];
}

/**
 * The same for a backend's `ask`: a whole reply is told at once, a stream batch by batch, each of which is emptied when
 * the next one is asked for.
 *
 * @throws As `readChat` does.
 */
export function chatAnswer(
  { headers, body }: Pick<ProviderReply, 'headers' | 'body'>,
  io: AttemptIO,
  init: ChatInit,
): Answer<GenerationEvent> | Promise<Answer<GenerationEvent>> {
  const reply = new ChatReply({ ...init, headers });
  const type = headers.get('content-type') ?? '';
  if (/\b(html|xml)\b/.test(type)) throw reply.malformed(`the reply is ${type.split(';')[0]}; check baseURL`);
  // What comes before the first content waits for it: an attempt that brings none may be made again.
  const untold: GenerationEvent[] = [];
  io.onFailure(() => [...untold.splice(0), ...reply.rest()]);
  // Not every server names the type of what it sends.
  const isStream = /event-stream/.test(type) || (init.streaming && !/json/.test(type));
  return isStream ? wholeStream(body, io, reply, untold) : readWhole(body, io, reply, untold);
}

async function readWhole(
  body: ProviderReply['body'],
  io: AttemptIO,
  reply: ChatReply,
  untold: GenerationEvent[],
): Promise<readonly GenerationEvent[]> {
  const text = await readText(body, io.signal);
  io.closed();
  takeWhole(parse(text, reply), reply, untold);
  return lastOf(reply, untold);
}

/** What is untold yet, and the end. */
function lastOf(reply: ChatReply, untold: GenerationEvent[]): readonly GenerationEvent[] {
  const end = reply.end();
  const { expectsUsage = true } = reply.init;
  if (expectsUsage && !reply.hasUsage) untold.push({ type: 'warning', warning: noUsage });
  return [...untold.splice(0), ...end];
}

async function* wholeStream(
  body: ProviderReply['body'],
  io: AttemptIO,
  reply: ChatReply,
  untold: GenerationEvent[],
): AsyncGenerator<readonly GenerationEvent[], void> {
  yield* readStream(body, io, reply, untold);
  yield lastOf(reply, untold);
}

async function* readStream(
  body: ProviderReply['body'],
  io: AttemptIO,
  reply: ChatReply,
  untold: GenerationEvent[],
): AsyncGenerator<readonly GenerationEvent[], void> {
  const batches = readServerSentEvents(body, { signal: io.signal, isEnd });
  let deadline = Number.POSITIVE_INFINITY;
  let hasBegun = false;
  try {
    for (;;) {
      let next = await (reply.finish === null
        ? batches.next()
        : within(deadline - performance.now(), batches.next()));
      if (next?.done) io.closed();
      if (next === undefined || next.done) return;
      const failure = takeAll(next.value, reply, untold);
      next = undefined; // Or a batch would be kept while the next one is waited for.
      if (reply.hasNews()) {
        hasBegun = true;
        io.content();
      }
      if (reply.finish !== null) {
        io.answered();
        const tailMs = reply.hasUsage ? MARKER_MS : TAIL_MS;
        deadline = Math.min(deadline, performance.now() + tailMs);
      }
      if (hasBegun && untold.length > 0) {
        const told = untold.splice(0);
        yield told;
        // Who asks on is done with it, but the generators around keep what they handed on last.
        told.length = 0;
      }
      if (failure) throw failure;
      if (performance.now() >= deadline) return;
    }
  } catch (error) {
    // An answer that is whole stays one; only its count is lost with what broke.
    if (reply.finish === null || io.signal.aborted) throw error;
  }
}

/** Reads events; what goes wrong is given back, so that what came before it can be told first. */
function takeAll(events: readonly ServerSentEvent[], reply: ChatReply, told: GenerationEvent[]): unknown {
  try {
    for (const { event, data, cut } of events) {
      if (cut && !isJson(data)) continue;
      if (event === 'error') throw reply.failure(isJson(data) ? JSON.parse(data) : data);
      reply.take(parse(data, reply) as WireChunk | null, told);
    }
    return undefined;
  } catch (error) {
    return error;
  }
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
