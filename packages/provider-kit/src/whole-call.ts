import { linkAbort } from '@melliflow/core/implement';
import { MAX_TIMER_MS, wait } from './abortable-wait.js';
import type { Attempt, AttemptPlan } from './attempt.js';
import { cancelledError, timeoutError } from './attempt.js';

/** A call with all its attempts: it ends when the caller aborts, when the reader leaves and when its time is over. */
export class WholeCall {
  readonly plan: AttemptPlan;
  readonly onAbort: () => void;
  attempt: Attempt | null = null;
  /** Why it ended, once something ended it. */
  ended: { readonly reason: unknown } | null = null;
  /** Ends the wait between two attempts; made for it, since most calls have none. */
  waiting: AbortController | null = null;
  timer: ReturnType<typeof setTimeout> | undefined;
  /** All calls of a batch have one signal, and Node warns of more than ten listeners: they share one. */
  unlink: () => void = () => undefined;

  constructor(plan: AttemptPlan) {
    this.plan = plan;
    this.onAbort = () => this.end(cancelledError(plan));
  }

  /** Begins to listen and to count. */
  begin(): void {
    const { signal, timeouts } = this.plan;
    this.unlink = linkAbort(signal, { abort: this.onAbort });
    if (timeouts.totalMs === Number.POSITIVE_INFINITY) return;
    const late = (): void => this.end(timeoutError(this.plan, 'totalMs'));
    this.timer = setTimeout(late, Math.min(timeouts.totalMs, MAX_TIMER_MS));
  }

  /** Ends whatever runs of the call. */
  end(reason: unknown): void {
    this.ended ??= { reason };
    this.waiting?.abort(reason);
    this.attempt?.stop(reason);
  }

  /** @throws Why it ended. */
  throwIfEnded(): void {
    if (this.ended) throw this.ended.reason;
  }

  /** Waits before the next attempt. @throws Why it ended, also in the middle of the wait. */
  async wait(ms: number): Promise<void> {
    this.throwIfEnded();
    this.waiting = new AbortController();
    await wait(ms, this.waiting.signal);
    this.waiting = null;
  }

  /** Listens and counts no more. */
  release(): void {
    clearTimeout(this.timer);
    this.unlink();
  }
}
