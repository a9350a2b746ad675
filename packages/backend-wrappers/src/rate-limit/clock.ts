/** The time by which a rate limit waits; another one than the machine's is for tests. */
export interface Clock {
  /** In ms, from any begin. */
  now(): number;
  /** Runs `work` after `delayMs`; the result takes that back. */
  after(delayMs: number, work: () => void): () => void;
}

/** The machine's time. */
export const machineClock: Clock = {
  now: () => performance.now(),
  after(delayMs, work) {
    const timer = setTimeout(work, delayMs);
    return () => clearTimeout(timer);
  },
};
