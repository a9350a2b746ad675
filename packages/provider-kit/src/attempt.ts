import { BackendError, GenerationCancelledError, GenerationTimeoutError } from '@melliflow/core';
import type { ErrorOrigin } from '@melliflow/core/implement';
import { type Phase, PhaseTimer } from './phase-timer.js';
import type { RetryPolicy } from './retry-policy.js';
import type { Timeouts } from './timeouts.js';

/** What one try of a call gets, and what it tells. */
export interface AttemptIO {
  /** 1 for the first try. */
  readonly number: number;
  /** Aborts when the caller's signal does, when a timeout runs out, and when the attempt is over. */
  readonly signal: AbortSignal;
  /** Waits for what is not the provider's time, such as a library that loads: only `totalMs` counts it. */
  untimed<T>(work: Promise<T>): Promise<T>;
  /** The reply has begun. */
  headersArrived(): void;
  /** A piece of the answer came. Where it will be handed on as a piece, nothing is tried again from now on. */
  content(): void;
  /** Nothing of the reply is open any more: its connection is free, and the end of the attempt has nothing to abort. */
  closed(): void;
  /** The answer is complete; what is still to come (usage, the end marker) has no time limit of ours. */
  answered(): void;
  /**
   * What `rest` gives, such as text that was held back, is handed on before the error when the attempt fails for good.
   * Only for answers that come in pieces.
   */
  onFailure(rest: () => readonly unknown[]): void;
  /** What `text` gives is kept in the error when the attempt fails for good. Only for answers that come at once. */
  onFailureKeep(text: () => string): void;
}

/** How a call is made, whatever it is. */
export interface AttemptPlan {
  readonly origin: ErrorOrigin;
  /** The caller's. */
  readonly signal: AbortSignal;
  readonly timeouts: Timeouts;
  readonly retry: RetryPolicy;
  /** What an attempt threw, in the words of the family. */
  toError(thrown: unknown): Error;
}

const limitedBy: Record<Phase, string> = {
  headersMs: 'there was no reply',
  firstChunkMs: 'the reply began but brought no content',
  idleMs: 'the answer stopped in the middle and nothing more came',
};

/** The error of a timeout; it names the setting to change. */
export function timeoutError(
  { origin, timeouts }: AttemptPlan,
  name: keyof Timeouts,
): GenerationTimeoutError {
  const what = name === 'totalMs' ? 'the call was not done' : limitedBy[name];
  const message = `${origin.provider}: ${what} within ${timeouts[name]} ms (timeouts.${name}).`;
  return new GenerationTimeoutError(message, { ...origin, retryable: name !== 'totalMs' });
}

/** One try: its signal, its timers, and why it was ended. */
export class Attempt implements AttemptIO {
  readonly number: number;
  readonly plan: AttemptPlan;
  readonly controller: AbortController = new AbortController();
  readonly timer: PhaseTimer;
  /** Whether the answer is handed on in pieces; else a part of it was seen by nobody, and is let go. */
  readonly inPieces: boolean;
  /** Whether there is nothing left to abort, which costs as much as a tenth of a short call. */
  isClosed = false;
  /** Whether the caller may have seen something of the answer. */
  delivered = false;
  /** Rejects what is being waited for. */
  giveUp: ((reason: unknown) => void) | null = null;
  /** What was held back; an attempt that is made again leaves it. */
  rest: () => readonly unknown[] = () => [];
  /** What came of an answer that is to be handed on whole. */
  partialText: () => string = () => '';

  constructor(plan: AttemptPlan, number: number, inPieces: boolean) {
    this.plan = plan;
    this.number = number;
    this.inPieces = inPieces;
    this.timer = new PhaseTimer(plan.timeouts, (phase) => this.stop(timeoutError(plan, phase)));
    this.timer.enter('headersMs');
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  async untimed<T>(work: Promise<T>): Promise<T> {
    this.timer.pause();
    try {
      return await work;
    } finally {
      this.timer.resume();
    }
  }

  headersArrived(): void {
    this.enter('firstChunkMs');
  }

  content(): void {
    this.delivered = this.inPieces;
    this.enter('idleMs');
  }

  answered(): void {
    this.timer.stop();
  }

  closed(): void {
    this.timer.stop();
    this.isClosed = true;
  }

  onFailure(rest: () => readonly unknown[]): void {
    this.rest = rest;
  }

  onFailureKeep(text: () => string): void {
    this.partialText = text;
  }

  /** A source that is deaf to its signal may tell of its progress when nothing is waited for any more. */
  enter(phase: Phase): void {
    if (!this.signal.aborted) this.timer.enter(phase);
  }

  /** Ends the attempt; whoever waits for it gets `reason`, also when the source is deaf to its signal. */
  stop(reason: unknown): void {
    this.timer.stop();
    if (!this.isClosed) this.controller.abort(reason);
    this.giveUp?.(reason);
  }

  /** What `work` gives, unless the attempt is ended first: a source that takes its abort for an end makes it none. */
  unlessStopped<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    return new Promise((resolve, reject) => {
      this.giveUp = reject;
      if (signal.aborted) reject(signal.reason);
      work.then((result) => (signal.aborted ? reject(signal.reason) : resolve(result)), reject);
    });
  }

  /** Why the attempt failed: the abort that ended it says it better than what the source made of it. */
  errorOf(thrown: unknown): Error {
    const { plan, signal } = this;
    if (plan.signal.aborted) return cancelledError(plan);
    if (signal.aborted && BackendError.is(signal.reason)) return signal.reason;
    return BackendError.is(thrown) ? thrown : plan.toError(thrown);
  }
}

/** The error of a call that its caller's signal ended. */
export function cancelledError({ origin, signal }: AttemptPlan): GenerationCancelledError {
  const message = `${origin.provider}: the generation was cancelled.`;
  return new GenerationCancelledError(message, { ...origin, cause: signal.reason });
}
