import type { GenerationEvent } from '@melliflow/core';
import {
  type AttemptIO,
  errorFromStatus,
  type FailureOrigin,
  readServerSentEvents,
  readText,
  type ServerSentEvent,
} from '@melliflow/provider-kit';
import { ResponsesAnswer } from './from-responses-chunk.js';

/** What a reply tells, batch by batch: all that one read brought is one batch. */
export async function* fromResponsesReply(
  reply: Response,
  streaming: boolean,
  io: AttemptIO,
  origin: FailureOrigin,
): AsyncGenerator<readonly GenerationEvent[], void> {
  const answer = new ResponsesAnswer(origin);
  if (streaming) yield* fromStream(reply, answer, io);
  else yield* fromWhole(reply, answer, io);
  yield answer.end();
}

async function* fromStream(
  { body }: Response,
  answer: ResponsesAnswer,
  io: AttemptIO,
): AsyncGenerator<readonly GenerationEvent[], void> {
  for await (const batch of readServerSentEvents(body, { signal: io.signal, isEnd })) {
    const told: GenerationEvent[] = [];
    const failure = takeAll(batch, answer, told, io);
    if (told.length > 0) yield told;
    if (failure) throw failure;
  }
}

const isEnd = ({ data }: ServerSentEvent): boolean => data === '[DONE]';

/** Reads events; what goes wrong is given back, so that what came before it can be told first. */
function takeAll(
  batch: readonly ServerSentEvent[],
  answer: ResponsesAnswer,
  told: GenerationEvent[],
  io: AttemptIO,
): unknown {
  try {
    for (const { event, data, cut } of batch) {
      if (cut) continue;
      if (event === 'error')
        throw errorFromStatus({ status: undefined, body: answer.parse(data) }, answer.origin);
      const text = answer.take(data);
      if (text !== null) io.content();
      if (text) told.push({ type: 'text', text });
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

async function* fromWhole(
  { body }: Response,
  answer: ResponsesAnswer,
  io: AttemptIO,
): AsyncGenerator<readonly GenerationEvent[], void> {
  const text = answer.take(await readText(body, io.signal));
  if (text === null && answer.finish === null) throw answer.malformed('the reply has no message');
  io.content();
  if (text) yield [{ type: 'text', text }];
}
