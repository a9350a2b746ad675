import { answerOf } from './answer-of.js';
import type { AttemptIO, AttemptPlan } from './attempt.js';
import { AttemptRun } from './attempt-run.js';
import { oneByOne } from './one-by-one.js';
import { WholeCall } from './whole-call.js';

/**
 * Makes a call whose answer comes in pieces, and makes it again while nothing of an answer was handed on and the
 * policy allows it. An attempt gives batches, what one read brought, because a promise for each piece is what
 * streams spend their time on; readers get the pieces one by one.
 *
 * Nothing runs before the first piece is asked for. Whatever ends the call (its end, an abort, a timeout, a reader
 * that leaves) aborts the signal of the attempt, so that its connection closes.
 *
 * @example
 * const events = streamAttempts(plan, async function* (io) {
 *   const reply = await fetch(url, { signal: io.signal });
 *   io.headersArrived();
 *   for await (const batch of readServerSentEvents(reply.body, io.signal)) yield batch.map(toEvent);
 * });
 */
export function streamAttempts<T>(
  plan: AttemptPlan,
  attempt: (io: AttemptIO) => AsyncIterable<readonly T[]>,
): AsyncIterableIterator<T> {
  const call = new WholeCall(plan);
  return oneByOne(new AttemptRun(call, attempt, true), (asking) =>
    asking ? call.onAbort() : call.end(DONE),
  );
}

/** Makes a call whose answer comes at once, as often as the policy allows. */
export async function runAttempts<T>(plan: AttemptPlan, attempt: (io: AttemptIO) => Promise<T>): Promise<T> {
  const once = (io: AttemptIO): AsyncIterable<readonly T[]> =>
    answerOf(async () => {
      const result = await attempt(io);
      io.closed();
      return [result];
    });
  const results = new AttemptRun(new WholeCall(plan), once, false);
  const { value } = await results.next();
  await results.return();
  return (value as readonly T[])[0] as T;
}

/** The reason of an end that the reader made. */
const DONE = new Error('the reader left');
