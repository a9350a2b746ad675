import { ReplayLog } from '@melliflow/core/implement';
import type { StreamEvent } from './stream-events.js';
import type { StreamHooks } from './stream-hooks.js';

export type Untimed<E = StreamEvent> = E extends StreamEvent ? Omit<E, 'timestamp'> : never;

/**
 * What goes out, in order: each event to the plugins, if they listen, then to the readers. Without plugins all of it
 * happens at once.
 */
export class Outbox {
  readonly events: ReplayLog<StreamEvent> = new ReplayLog();
  readonly hooks: StreamHooks | null;
  /** A plugin refused an event: nothing after it goes out. */
  refused: { readonly error: unknown } | null = null;
  onRefusal: (error: unknown) => void = () => undefined;
  closed = false;
  /** How many wait for plugins. */
  pending = 0;
  last: Promise<void> = Promise.resolve();
  onEmpty: () => void = () => undefined;

  constructor(hooks: StreamHooks | null) {
    this.hooks = hooks;
  }

  /** Sends an event; `with` happens just before the readers get it. */
  tell(event: Untimed, before?: () => void): void {
    if (this.closed) return;
    const told = timed(event);
    if (this.hooks?.hearsEvents) this.queue(told, before);
    else this.pass(told, before);
  }

  /** Does something when all that was told before is out. */
  afterwards(act: () => void): void {
    if (this.closed) return;
    if (this.pending > 0) this.queue(null, act);
    else act();
  }

  /** Nothing goes out any more but the last words. */
  close(): void {
    this.closed = true;
  }

  /** The last events: the outcome stands, so plugins can no more stop them. */
  async lastWords(events: readonly Untimed[]): Promise<void> {
    for (const event of events.map(timed)) {
      if (this.hooks?.hearsEvents) await this.hooks.lastEvent(event);
      this.events.push(event);
    }
  }

  queue(event: StreamEvent | null, before: (() => void) | undefined): void {
    this.pending += 1;
    this.last = this.last
      .then(() => (event && !this.closed ? this.hooks?.event(event) : undefined))
      .then(
        () => {
          this.pending -= 1;
          if (!this.closed) this.pass(event, before);
        },
        (error) => {
          this.pending -= 1;
          if (this.closed) return;
          this.closed = true;
          this.refused = { error };
          this.onRefusal(error);
        },
      )
      .then(() => {
        if (this.pending === 0) this.onEmpty();
      });
  }

  pass(event: StreamEvent | null, before: (() => void) | undefined): void {
    before?.();
    if (event) this.events.push(event);
  }
}

/** The event is the sender's no more: it gets its time, and nobody changes it any more. */
function timed(event: Untimed): StreamEvent {
  (event as { timestamp?: number }).timestamp = Date.now() / 1000;
  return Object.freeze(event) as StreamEvent;
}
