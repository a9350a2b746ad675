import type { Context } from '@melliflow/core';
import { describe, log } from '@melliflow/core/implement';
import { isSimpleContext } from '../contexts/simple-context.js';
import { runInside, turnsAround } from './inside-turn.js';
import { NestedCallError } from './nested-call-error.js';
import type { Turn } from './turn.js';

/** The place of one call among the others, from its begin until its turn is past. */
interface Place {
  /** The same in a clone. */
  readonly call: object;
  turn: Turn | null;
  /** While the call begins: rejects when it cannot. */
  begins: Promise<unknown> | null;
  /** The places whose answers this one's model is shown. */
  behind: readonly Place[];
  failed: boolean;
  /** What of the turn stands in `after`. */
  shown: Turn['entries'];
  after: Context | null;
}

/**
 * The past of a session. Calls take it in call order: on a context that shows it to the model each waits for the one
 * before, so that no turn is lost; on a `SimpleContext` they run in parallel. Failed turns are dropped (contract 3.3).
 */
export class History {
  /** @internal What is past for certain. */
  _base: Context;
  /** @internal The calls since then, in call order. */
  _open: Place[] = [];
  /** @internal The context after the newest turn; null when it must be made anew. */
  _tip: Context | null;
  /** @internal */
  _warned = false;

  /** @throws TypeError when `ctx` is no context. */
  constructor(ctx: Context) {
    this._base = checked(ctx);
    this._tip = ctx;
  }

  /** All turns that have begun, without those that failed. */
  get ctx(): Context {
    this._settle();
    this._tip ??= this._open.reduce((at, place) => {
      if (place.turn) place.after ??= grown(at, place);
      return place.after ?? at;
    }, this._base);
    return this._tip;
  }

  /** Another past; calls that run do not belong to it. */
  set ctx(ctx: Context) {
    this._base = checked(ctx);
    this._tip = ctx;
    this._open = [];
  }

  /** A past of its own that begins like this one; without a turn that this code runs in. */
  clone(): History {
    this._settle();
    const around = turnsAround();
    const copy = new History(this._base);
    copy._tip = null;
    copy._open = this._open
      .filter(({ turn, call }) => turn !== null && !around.has(call))
      .map((place) => ({ ...place, begins: null, after: null }));
    return copy;
  }

  /** Begins a call on the context that it may use, as soon as it may. */
  async take<T extends { readonly turn: Turn }>(begin: (ctx: Context) => Promise<T>): Promise<T> {
    this._settle();
    const isParallel = isSimpleContext(this._base);
    const before = this._open.at(-1);
    if (before && !isParallel) {
      this._refuseNested();
      this._warn();
    }
    const place: Place = {
      call: {},
      turn: null,
      begins: null,
      behind: [],
      failed: false,
      shown: [],
      after: null,
    };
    this._open.push(place);
    const begins = this._begin(place, isParallel ? undefined : before, begin);
    place.begins = begins;
    return begins;
  }

  /** The context after the calls so far, as soon as they have begun. */
  async begun(): Promise<Context> {
    this._refuseNested();
    const begins = this._open.at(-1)?.begins;
    // Calls on a simple context stand for themselves: that one failed is told to whoever made it.
    if (begins) await (isSimpleContext(this._base) ? begins.catch(() => undefined) : begins);
    return this.ctx;
  }

  /** @internal */
  async _begin<T extends { readonly turn: Turn }>(
    place: Place,
    before: Place | undefined,
    begin: (ctx: Context) => Promise<T>,
  ): Promise<T> {
    try {
      if (before?.begins) await before.begins;
      const past = this.ctx;
      // What failed while this call waited for its begin is gone, but it was made behind it and fails with it.
      const failed = before?.failed ? [before] : [];
      const ctx = failed.reduce(grown, past);
      if (before) place.behind = [...failed, ...this._shownIn(ctx)];
      const begun = await runInside(place.call, () => begin(ctx));
      place.turn = begun.turn;
      // Turns that come later in the order were there already.
      if (this._open.at(-1) !== place) this._forget();
      else if (this._tip) {
        place.after = grown(this._tip, place);
        this._tip = place.after;
      }
      return begun;
    } catch (error) {
      place.failed = true;
      this._open = this._open.filter((other) => other !== place);
      throw error;
    } finally {
      place.begins = null;
    }
  }

  /** @internal */
  _shownIn(ctx: Context): Place[] {
    const view = new Set<unknown>(ctx.viewForGeneration());
    return this._open.filter(({ turn }) => turn?.entries.some((entry) => view.has(entry)));
  }

  /** @internal Makes the past of what is over, from the oldest on; what failed, or will, is dropped. */
  _settle(): void {
    for (let place = this._open[0]; place?.turn; place = this._open[0]) {
      const isDoomed = place.behind.some(({ failed }) => failed);
      const state = isDoomed ? 'failed' : place.turn.state;
      if (state === 'running') return;
      this._open.shift();
      place.failed = state === 'failed';
      place.behind = [];
      if (state === 'good') place.turn.entries = place.turn.past;
      const isAsShown = state === 'good' && place.shown === place.turn.entries;
      if (!isAsShown) this._forget();
      if (state === 'good') this._base = (isAsShown && place.after) || grown(this._base, place);
    }
    if (this._open.length === 0) this._tip ??= this._base;
  }

  /** @internal The contexts after the open turns no longer hold. */
  _forget(): void {
    this._tip = null;
    for (const place of this._open) place.after = null;
  }

  /** @internal A call in a turn of its own session would wait for the end of what waits for it. */
  _refuseNested(): void {
    const around = turnsAround();
    if (around.size === 0 || !this._open.some(({ call }) => around.has(call))) return;
    throw new NestedCallError(
      'A validator or a plugin asks the session in whose turn it runs, and would wait for its own end: ' +
        'give it a clone() of the session, or an `output` to validate.',
    );
  }

  /** @internal */
  _warn(): void {
    if (this._warned) return;
    this._warned = true;
    log(
      'warn',
      'Calls overlap on a context that shows the model its past. Each waits for the one before, since from a stale ' +
        'context a turn would be lost: await each call, or use a SimpleContext to run them in parallel.',
    );
  }
}

function checked(ctx: Context): Context {
  if (typeof ctx?.viewForGeneration === 'function') return ctx;
  throw new TypeError(`The ctx of a session must be a Context, got ${describe(ctx)}.`);
}

/** `ctx` with the turn of `place`, as it is now. */
function grown(ctx: Context, place: Place): Context {
  place.shown = place.turn?.entries ?? [];
  return place.shown.reduce((at, part) => at.add(part), ctx);
}
