import type { Verdict } from './verdict.js';

/** Shows a run while it goes on. */
export interface Printer {
  /** Shows what comes until the stream ends; what makes the stream fail is left to the verdict. */
  follow(): Promise<void>;
  /** Told once, after the end. */
  end(verdict: Verdict): void;
}
