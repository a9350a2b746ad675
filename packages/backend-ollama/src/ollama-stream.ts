import type { GenerationEvent } from '@melliflow/core';
import { type Answer, type AttemptIO, readLines, within } from '@melliflow/provider-kit';
import { OllamaReply, type OllamaReplyInit } from './from-ollama-line.js';

/** How long the end of a body may take after its last line; servers send both together. */
const DRAIN_MS = 50;

/** A reply that is being read. */
interface Reading {
  readonly reply: OllamaReply;
  readonly lines: AsyncGenerator<readonly string[], void>;
  /** What comes before the first content waits for it: an attempt that brings none may be made again. */
  readonly untold: GenerationEvent[];
  readonly io: AttemptIO;
  hasBegun: boolean;
  isOver: boolean;
}

/** What a reply tells: at once where one read brought it whole, else batch by batch. */
export async function readReply(
  response: Response,
  io: AttemptIO,
  init: Omit<OllamaReplyInit, 'headers'>,
): Promise<Answer<GenerationEvent>> {
  const reply = new OllamaReply({ ...init, headers: response.headers });
  const type = response.headers.get('content-type') ?? '';
  if (/\b(html|xml)\b/.test(type)) throw reply.malformed(`the reply is ${type.split(';')[0]}; check baseURL`);
  const untold: GenerationEvent[] = [];
  io.onFailure(() => untold.splice(0));
  const lines = readLines(response.body, { signal: io.signal });
  const reading = { reply, lines, untold, io, hasBegun: false, isOver: false };
  await readMore(reading);
  return reading.isOver ? endOf(reading) : readStream(reading);
}

async function* readStream(reading: Reading): AsyncGenerator<readonly GenerationEvent[], void> {
  while (!reading.isOver) {
    if (reading.hasBegun && reading.untold.length > 0) yield reading.untold.splice(0);
    await readMore(reading);
  }
  yield await endOf(reading);
}

/** Takes what one read brings. What came before it went wrong is told by the failure of the attempt. */
async function readMore(reading: Reading): Promise<void> {
  const { reply, lines, untold, io } = reading;
  const { done, value = [] } = await lines.next();
  if (done) {
    reading.isOver = true;
    return;
  }
  try {
    for (const line of value) reply.take(line, untold);
  } finally {
    if (reply.hasNews) {
      reading.hasBegun = true;
      io.content();
    }
    reply.hasNews = false;
    if (reply.finish !== null) io.answered();
  }
  reading.isOver = reply.finish !== null;
}

async function endOf({ reply, lines, untold, io }: Reading): Promise<readonly GenerationEvent[]> {
  const end = reply.end();
  if (await isDrained(lines)) io.closed();
  return [...untold.splice(0), ...end];
}

/** A body that ended leaves its connection to the next call; any other is closed with the attempt's signal. */
async function isDrained(lines: AsyncGenerator<readonly string[], void>): Promise<boolean> {
  try {
    return (await within(DRAIN_MS, lines.next()))?.done === true;
  } catch {
    return false; // The answer is whole; that its connection broke afterwards is no news.
  }
}
