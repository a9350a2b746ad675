import { MAX_TIMER_MS } from './abortable-wait.js';
import type { Timeouts } from './timeouts.js';

/** What of a reply is waited for. */
export type Phase = Exclude<keyof Timeouts, 'totalMs'>;

/** Watches the limit of one phase at a time. To move its deadline takes a look at the clock, not a new timer. */
export class PhaseTimer {
  readonly limits: Timeouts;
  readonly onTimeout: (phase: Phase) => void;
  phase: Phase | null = null;
  /** When the phase began, or content came last. */
  since = 0;
  /** When the reader left off asking; what it is not asking for cannot be late. */
  pausedAt: number | null = null;
  timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer looks at the clock. */
  dueAt: number = Number.POSITIVE_INFINITY;

  constructor(limits: Timeouts, onTimeout: (phase: Phase) => void) {
    this.limits = limits;
    this.onTimeout = onTimeout;
  }

  /** Begins a phase, or begins it anew. A timer that looks early enough is left as it is: a new one is not cheap. */
  enter(phase: Phase): void {
    this.since = performance.now();
    if (phase === this.phase) return;
    this.phase = phase;
    if (this.since + this.limits[phase] < this.dueAt) this.arm(this.limits[phase]);
  }

  pause(): void {
    this.pausedAt = performance.now();
  }

  resume(): void {
    if (this.pausedAt !== null) this.since += performance.now() - this.pausedAt;
    this.pausedAt = null;
  }

  stop(): void {
    this.phase = null;
    this.dueAt = Number.POSITIVE_INFINITY;
    clearTimeout(this.timer);
  }

  arm(ms: number): void {
    clearTimeout(this.timer);
    this.dueAt = performance.now() + ms;
    if (ms !== Number.POSITIVE_INFINITY) {
      this.timer = setTimeout(() => this.check(), Math.min(ms, MAX_TIMER_MS));
    }
  }

  check(): void {
    if (this.phase === null) return;
    const limit = this.limits[this.phase];
    const leftMs = this.pausedAt === null ? this.since + limit - performance.now() : limit;
    if (leftMs > 0) this.arm(leftMs);
    else this.onTimeout(this.phase);
  }
}
