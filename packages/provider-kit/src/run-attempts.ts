import { BackendError } from '@melliflow/core';
import { Attempt, type AttemptIO, type AttemptPlan } from './attempt.js';
import { oneByOne } from './one-by-one.js';
import { retryDelayMs } from './retry-policy.js';
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
  return oneByOne(run(call, attempt, true), (asking) => (asking ? call.onAbort() : call.end(DONE)));
}

/** Makes a call whose answer comes at once, as often as the policy allows. */
export async function runAttempts<T>(plan: AttemptPlan, attempt: (io: AttemptIO) => Promise<T>): Promise<T> {
  const once = async function* (io: AttemptIO): AsyncGenerator<readonly T[], void> {
    const result = await attempt(io);
    io.closed();
    yield [result];
  };
  const results = run(new WholeCall(plan), once, false);
  const { value } = await results.next();
  await results.return();
  return (value as readonly T[])[0] as T;
}

async function* run<T>(
  call: WholeCall,
  source: (io: AttemptIO) => AsyncIterable<readonly T[]>,
  inPieces: boolean,
): AsyncGenerator<readonly T[], void> {
  const { plan } = call;
  call.begin();
  try {
    for (let number = 1; ; number++) {
      call.throwIfEnded();
      const attempt = new Attempt(plan, number, inPieces);
      call.attempt = attempt;
      try {
        const batches = source(attempt)[Symbol.asyncIterator]();
        try {
          for (;;) {
            const next = await attempt.unlessStopped(batches.next());
            if (next.done) return;
            attempt.timer.pause();
            yield next.value;
            attempt.timer.resume();
          }
        } finally {
          attempt.stop(DONE);
          // It may wait for a source that is deaf to its signal; and what fails from now on has nobody to tell.
          batches.return?.().then(undefined, () => undefined);
        }
      } catch (thrown) {
        attempt.stop(DONE);
        const error = attempt.errorOf(thrown);
        const delayMs = delayAfter(attempt, error);
        if (delayMs === null) {
          const rest = inPieces ? (attempt.rest() as readonly T[]) : [];
          if (rest.length > 0) yield rest;
          if (BackendError.is(error)) error.partialText ??= attempt.partialText() || undefined;
          throw error;
        }
        await call.wait(delayMs);
      }
    }
  } finally {
    call.release();
  }
}

/** The reason of the abort that follows every attempt. */
const DONE = new Error('the attempt is over');

function delayAfter({ plan, number, delivered }: Attempt, error: Error): number | null {
  return delivered || !BackendError.is(error) ? null : retryDelayMs(plan.retry, number, error);
}
