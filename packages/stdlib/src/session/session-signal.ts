import type { ModelOutputThunk } from '@melliflow/core';
import { describe, linkAbort, whenSettled } from '@melliflow/core/implement';

/** The end of a session: aborts what runs in it. */
export class SessionSignal {
  /** @internal */
  readonly _end: AbortController = new AbortController();
  /** @internal */
  readonly _running: Set<Promise<unknown>> = new Set();

  /**
   * Runs `call` with a signal that aborts with the session's end and with `own`.
   *
   * @throws TypeError when `own` is no signal.
   */
  async during<T>(own: AbortSignal | undefined, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal, unlink } = this._linked(own);
    const running = call(signal);
    this._watch(running, unlink);
    return running;
  }

  /** The same for a call that gives what runs on in the background. */
  async whileRunning<T extends { readonly thunk: ModelOutputThunk<unknown> }>(
    own: AbortSignal | undefined,
    begin: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { signal, unlink } = this._linked(own);
    const begins = begin(signal);
    const settles = begins.then(({ thunk }) => whenSettled(thunk));
    this._watch(settles, unlink);
    return begins;
  }

  /** Aborts all that runs, and resolves once nothing does. */
  async abort(): Promise<void> {
    this._end.abort(new Error('The session was cleaned up.'));
    await Promise.allSettled(this._running);
  }

  /** @internal */
  _linked(own: AbortSignal | undefined): { signal: AbortSignal; unlink(): void } {
    const end = this._end.signal;
    if (own === undefined) return { signal: end, unlink: () => undefined };
    if (typeof own?.addEventListener !== 'function') {
      throw new TypeError(`signal must be an AbortSignal, got ${describe(own)}.`);
    }
    const both = new AbortController();
    const links = [linkAbort(own, both), linkAbort(end, both)];
    const unlink = (): void => {
      for (const end of links) end();
    };
    return { signal: both.signal, unlink };
  }

  /** @internal */
  _watch(running: Promise<unknown>, unlink: () => void): void {
    this._running.add(running);
    const over = (): void => {
      this._running.delete(running);
      unlink();
    };
    running.then(over, over);
  }
}
