import type { StreamEvent } from '@melliflow/streaming';
import type { Verdict } from './verdict.js';

/** Shows a run while it goes on. It is given nothing that was not validated. */
export interface Printer {
  /** Told of every event, in order. */
  event(event: StreamEvent): void;
  /** Told once, after the last event. */
  end(verdict: Verdict): void;
}
