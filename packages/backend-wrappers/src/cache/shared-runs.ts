import { log, ReplayLog, scrubbed } from '@melliflow/core/implement';

/** How many items a source may still tell after it was stopped, as core allows it. */
const LAST_WORDS = 4;

/** What is asked once and followed by all who ask the same meanwhile. */
interface Run<T> {
  readonly items: ReplayLog<T>;
  readonly controller: AbortController;
  /** Who follows it, in the order in which they came. */
  readonly readers: Set<object>;
  /** Whether its last item has come: then there is nothing to stop. */
  isWhole: boolean;
  /** For whom it counts as spent. */
  payer: object | null;
  /** Resolves when the source is closed. */
  closed: Promise<void>;
}

/** How a run begins, when it is over, and what becomes of it. */
export interface RunPlan<T> {
  begin(signal: AbortSignal): AsyncIterable<T>;
  isLast(item: T): boolean;
  /** Told all items of a run that came to its end. The run is shared until this is done. */
  keep(items: readonly T[]): Promise<void>;
}

/** The place of one caller at a run. */
export interface Seat<T> {
  /** Whether another one had begun it. */
  readonly isGuest: boolean;
  /** From the first item on; ends early when this caller aborts. */
  readonly items: AsyncIterable<T>;
  /** Whether the run counts as spent for this caller: for one of them it does. */
  pays(): boolean;
  /** To be called at any end. The last one to leave a run that still goes stops it and waits for that. */
  leave(): Promise<void>;
}

/** Runs under way, by key. */
export class SharedRuns<T> {
  /** @internal */
  readonly _runs = new Map<string, Run<T>>();

  has(key: string): boolean {
    return this._runs.has(key);
  }

  /** A place at the run of this key, which begins now if there is none. */
  join(key: string, signal: AbortSignal, plan: RunPlan<T>): Seat<T> {
    const running = this._runs.get(key);
    const run = running ?? this._begin(key, plan);
    const me = {};
    run.readers.add(me);
    const reader = run.items.read();
    /** True when nobody follows any more. */
    const rise = (reason?: unknown): boolean => {
      const isLast = run.readers.delete(me) && run.readers.size === 0;
      // Who leaves early has seen a part of the usage at most: another one pays for the whole.
      if (run.payer === me && !run.isWhole) run.payer = null;
      if (!isLast) return false;
      if (!run.isWhole) this._stop(key, run, reason);
      return true;
    };
    const onAbort = (): void => {
      // The last one reads on: a source that was stopped may still tell its usage.
      if (!rise(signal.reason)) void reader.return?.();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    return {
      isGuest: running !== undefined,
      items: reader,
      pays: () => {
        run.payer ??= run.readers.values().next().value ?? me;
        return run.payer === me;
      },
      leave: async () => {
        signal.removeEventListener('abort', onAbort);
        rise();
        if (run.readers.size === 0) await run.closed;
      },
    };
  }

  /** @internal */
  _begin(key: string, plan: RunPlan<T>): Run<T> {
    const run: Run<T> = {
      items: new ReplayLog(),
      controller: new AbortController(),
      readers: new Set(),
      isWhole: false,
      payer: null,
      closed: Promise.resolve(),
    };
    this._runs.set(key, run);
    run.closed = this._follow(key, run, plan);
    return run;
  }

  /** @internal Never rejects. */
  async _follow(key: string, run: Run<T>, plan: RunPlan<T>): Promise<void> {
    const { items, controller } = run;
    const { signal } = controller;
    let lastWords = 0;
    let failure: { error: unknown } | undefined;
    try {
      for await (const item of plan.begin(signal)) {
        if (signal.aborted && ++lastWords > LAST_WORDS) break;
        run.isWhole = !signal.aborted && plan.isLast(item);
        items.push(item);
        if (run.isWhole) break;
      }
    } catch (error) {
      if (run.isWhole) log('warn', 'cache: closing the source failed.', { error: scrubbed(error) });
      else failure = { error };
    }
    const forget = (): void => this._forget(key, run);
    if (run.isWhole) void plan.keep(items.items).then(forget, forget);
    else forget();
    items.end(failure);
  }

  /** @internal */
  _stop(key: string, run: Run<T>, reason: unknown): void {
    this._forget(key, run);
    run.controller.abort(reason);
  }

  /** @internal */
  _forget(key: string, run: Run<T>): void {
    if (this._runs.get(key) === run) this._runs.delete(key);
  }
}
