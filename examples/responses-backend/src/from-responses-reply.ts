import type { GenerationEvent } from '@melliflow/core';
import {
  type AttemptIO,
  readServerSentEvents,
  readText,
  type ServerSentEvent,
  within,
} from '@melliflow/provider-kit';
import { ResponsesAnswer, type ResponsesAnswerInit } from './from-responses-event.js';

/** How long the end of the body may take after the last event; servers send both together. */
const END_MS = 50;

/** What a reply tells, batch by batch: all that one read brought is one batch. */
export async function* fromResponsesReply(
  reply: Response,
  streaming: boolean,
  io: AttemptIO,
  init: ResponsesAnswerInit,
): AsyncGenerator<readonly GenerationEvent[], void> {
  const answer = new ResponsesAnswer(init);
  io.onFailure(() => answer.rest());
  if (streaming) yield* fromStream(reply, answer, io);
  else {
    const told: GenerationEvent[] = [];
    answer.takeWhole(await readText(reply.body, io.signal), told);
    io.content();
    yield told;
  }
  yield answer.end();
}

async function* fromStream(
  { body }: Response,
  answer: ResponsesAnswer,
  io: AttemptIO,
): AsyncGenerator<readonly GenerationEvent[], void> {
  // There is no end marker: the event that closes the answer is the last.
  const batches = readServerSentEvents(body, { signal: io.signal });
  while (answer.finish === null) {
    const next = await batches.next();
    if (next.done) return;
    const told: GenerationEvent[] = [];
    const failure = takeAll(next.value, answer, told, io);
    if (told.length > 0) yield told;
    if (failure) throw failure;
  }
  io.answered();
  // A connection whose body came to its end serves the next request; one that stays open is closed after this.
  await within(
    END_MS,
    batches.next().catch(() => undefined), // the answer is whole, whatever becomes of its connection
  );
}

/** Reads events; what goes wrong is given back, so that what came before it can be told first. */
function takeAll(
  batch: readonly ServerSentEvent[],
  answer: ResponsesAnswer,
  told: GenerationEvent[],
  io: AttemptIO,
): unknown {
  try {
    for (const { data, cut } of batch) {
      if (!cut && answer.take(data, told)) io.content();
    }
    return undefined;
  } catch (error) {
    return error;
  }
}
