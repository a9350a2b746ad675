import { MAX_TIMER_MS } from './abortable-wait.js';
import type { Attempt, AttemptPlan } from './attempt.js';
import { cancelledError, timeoutError } from './attempt.js';

/** A call with all its attempts: it ends when the caller aborts, when the reader leaves and when its time is over. */
export class WholeCall {
  readonly plan: AttemptPlan;
  readonly controller: AbortController = new AbortController();
  readonly onAbort: () => void;
  attempt: Attempt | null = null;
  timer: ReturnType<typeof setTimeout> | undefined;

  constructor(plan: AttemptPlan) {
    this.plan = plan;
    this.onAbort = () => this.end(cancelledError(plan));
  }

  /** Begins to listen and to count. */
  begin(): void {
    const { signal, timeouts } = this.plan;
    if (signal.aborted) this.onAbort();
    signal.addEventListener('abort', this.onAbort, { once: true });
    if (timeouts.totalMs === Number.POSITIVE_INFINITY) return;
    const late = (): void => this.end(timeoutError(this.plan, 'totalMs'));
    this.timer = setTimeout(late, Math.min(timeouts.totalMs, MAX_TIMER_MS));
  }

  /** Ends whatever runs of the call. */
  end(reason: unknown): void {
    this.controller.abort(reason);
    this.attempt?.stop(reason);
  }

  /** Listens and counts no more. */
  release(): void {
    clearTimeout(this.timer);
    this.plan.signal.removeEventListener('abort', this.onAbort);
  }
}
