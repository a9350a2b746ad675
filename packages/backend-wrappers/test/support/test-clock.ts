import type { Clock } from '../../src/index.js';

/** A clock that stands until it is moved, and knows what waits for it. */
export class TestClock implements Clock {
  #nowMs = 0;
  readonly #timers = new Set<{ atMs: number; work: () => void }>();

  /** How many timers are set. */
  get timers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, work: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, work };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Lets so much time pass; what is due runs in its order. */
  pass(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const [next] = [...this.#timers].filter((one) => one.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#nowMs = next.atMs;
      this.#timers.delete(next);
      next.work();
    }
    this.#nowMs = untilMs;
  }
}
