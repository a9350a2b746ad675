import type { GenerationEvent } from '@melliflow/core';
import { type AttemptIO, readLines, within } from '@melliflow/provider-kit';
import { OllamaReply, type OllamaReplyInit } from './from-ollama-line.js';

/** How long the end of a body may take after its last line; servers send both together. */
const DRAIN_MS = 50;

/** What a reply tells, batch by batch, once it was asked for: with the first batch. */
export async function* readReply(
  ask: () => Promise<Response>,
  io: AttemptIO,
  init: Omit<OllamaReplyInit, 'headers'>,
): AsyncGenerator<readonly GenerationEvent[], void> {
  const response = await ask();
  const reply = new OllamaReply({ ...init, headers: response.headers });
  const type = response.headers.get('content-type') ?? '';
  if (/\b(html|xml)\b/.test(type)) throw reply.malformed(`the reply is ${type.split(';')[0]}; check baseURL`);
  // What comes before the first content waits for it: an attempt that brings none may be made again.
  const untold: GenerationEvent[] = [];
  io.onFailure(() => untold.splice(0));
  let hasBegun = false;
  const lines = readLines(response.body, { signal: io.signal });
  while (reply.finish === null) {
    const { done, value = [] } = await lines.next();
    if (done) break;
    const failure = takeAll(value, reply, untold);
    if (reply.hasNews) {
      hasBegun = true;
      io.content();
    }
    reply.hasNews = false;
    if (reply.finish !== null) io.answered();
    if (hasBegun && untold.length > 0) yield untold.splice(0);
    if (failure) throw failure;
  }
  const end = reply.end();
  if (await isDrained(lines)) io.closed();
  yield [...untold.splice(0), ...end];
}

/** Reads lines; what goes wrong is given back, so that what came before it can be told first. */
function takeAll(lines: readonly string[], reply: OllamaReply, told: GenerationEvent[]): unknown {
  try {
    for (const line of lines) reply.take(line, told);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** A body that ended leaves its connection to the next call; any other is closed with the attempt's signal. */
async function isDrained(lines: AsyncGenerator<readonly string[], void>): Promise<boolean> {
  try {
    return (await within(DRAIN_MS, lines.next()))?.done === true;
  } catch {
    return false; // The answer is whole; that its connection broke afterwards is no news.
  }
}
