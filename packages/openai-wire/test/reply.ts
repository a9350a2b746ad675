import type { GenerationEvent } from '@melliflow/core';
import type { AttemptIO, ProviderReply } from '@melliflow/provider-kit';
import { type ChatInit, readChat } from '../src/index.js';

export const origin = { provider: 'mine', model: 'm' };

/** One attempt that nobody ends. */
export function quietIo(): AttemptIO {
  return {
    number: 1,
    signal: new AbortController().signal,
    untimed: (work) => work,
    headersArrived() {},
    content() {},
    answered() {},
    closed() {},
    onFailure() {},
    onFailureKeep() {},
  };
}

/** A stream of events as a server of Node's past gives it: bytes in an iterable, headers in a map. */
export function stream(...texts: readonly string[]): Pick<ProviderReply, 'headers' | 'body'> {
  const bytes = texts.map((text) => new TextEncoder().encode(text));
  return {
    headers: new Map([['content-type', 'text/event-stream']]),
    body: (async function* () {
      yield* bytes;
    })(),
  };
}

export function json(body: unknown): Pick<ProviderReply, 'headers' | 'body'> {
  return Response.json(body);
}

/** A chunk with a piece of the answer, or with its end. */
export function chunk(delta: object, finish_reason: string | null = null, more: object = {}): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }], ...more })}\n\n`;
}

/** All that a reply tells. */
export async function told(
  reply: Pick<ProviderReply, 'headers' | 'body'>,
  init: Partial<ChatInit> = {},
): Promise<GenerationEvent[]> {
  const events: GenerationEvent[] = [];
  for await (const batch of readChat(reply, quietIo(), { origin, streaming: true, ...init })) {
    events.push(...batch);
  }
  return events;
}
