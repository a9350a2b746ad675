import { BackendError } from '@melliflow/core';
import { Attempt, type AttemptIO } from './attempt.js';
import { retryDelayMs } from './retry-policy.js';
import type { WholeCall } from './whole-call.js';

/** The reason of the abort that follows every attempt. */
const DONE = new Error('the attempt is over');

const END: IteratorResult<never, undefined> = { done: true, value: undefined };

/**
 * The batches of a call, over all of its attempts: one reader, who asks for one at a time. Written by hand, since it is
 * in the way of every call: the engine takes longer to make a generator of this fast than a short call takes.
 */
export class AttemptRun<T> implements AsyncIterator<readonly T[], void> {
  readonly call: WholeCall;
  readonly source: (io: AttemptIO) => AsyncIterable<readonly T[]>;
  readonly inPieces: boolean;
  /** How many attempts were begun. */
  made = 0;
  attempt: Attempt | null = null;
  batches: AsyncIterator<readonly T[]> | null = null;
  /** Why the call failed for good; thrown when what was held back is told. */
  failure: { readonly error: Error } | null = null;
  isOver = false;

  constructor(call: WholeCall, source: (io: AttemptIO) => AsyncIterable<readonly T[]>, inPieces: boolean) {
    this.call = call;
    this.source = source;
    this.inPieces = inPieces;
  }

  async next(): Promise<IteratorResult<readonly T[], void>> {
    while (!this.isOver) {
      let { attempt } = this;
      let delayMs: number;
      try {
        attempt ??= this.begin();
        this.batches ??= this.source(attempt)[Symbol.asyncIterator]();
        attempt.timer.resume();
        const next = await attempt.unlessStopped(this.batches.next());
        if (next.done) break;
        attempt.timer.pause();
        return next;
      } catch (thrown) {
        const rest = this.fail(thrown, attempt);
        if (typeof rest !== 'number') return { done: false, value: rest };
        delayMs = rest;
      }
      await this.pause(delayMs);
    }
    const { failure } = this;
    this.end();
    if (failure === null) return END;
    this.failure = null;
    throw failure.error;
  }

  /** The reader leaves; an attempt that is waited for was ended before. */
  async return(): Promise<IteratorResult<readonly T[], void>> {
    this.failure = null;
    this.end();
    return END;
  }

  /** @internal @throws Why the call ended. */
  begin(): Attempt {
    const { call } = this;
    if (this.made === 0) call.begin();
    call.throwIfEnded();
    this.made += 1;
    this.attempt = new Attempt(call.plan, this.made, this.inPieces);
    call.attempt = this.attempt;
    return this.attempt;
  }

  /**
   * @internal Ends an attempt that failed. Gives how long to wait before the next one, or what is to be told before the
   * error. @throws The error, where there is nothing to tell.
   */
  fail(thrown: unknown, attempt: Attempt | null): number | readonly T[] {
    const { call } = this;
    this.close();
    if (attempt === null) {
      this.end();
      throw thrown;
    }
    const error = attempt.errorOf(thrown);
    const again = !this.isOver && !attempt.delivered && BackendError.is(error);
    const delayMs = again ? retryDelayMs(call.plan.retry, attempt.number, error) : null;
    if (delayMs !== null) return delayMs;
    const rest = this.inPieces ? (attempt.rest() as readonly T[]) : [];
    if (BackendError.is(error)) error.partialText ??= attempt.partialText() || undefined;
    this.end();
    if (rest.length === 0) throw error;
    this.failure = { error };
    return rest;
  }

  /** @internal @throws Why the call ended meanwhile. */
  async pause(ms: number): Promise<void> {
    try {
      await this.call.wait(ms);
    } catch (error) {
      this.end();
      throw error;
    }
  }

  /** @internal Lets the attempt go. */
  close(): void {
    const { attempt, batches } = this;
    this.attempt = null;
    this.batches = null;
    attempt?.stop(DONE);
    // It may wait for a source that is deaf to its signal; and what fails from now on has nobody to tell.
    batches?.return?.().then(undefined, () => undefined);
  }

  /** @internal */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.close();
    this.call.release();
  }
}
