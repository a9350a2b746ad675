const MINUTE_MS = 60_000;

/** How far the list of what is over may grow before it is cut. */
const CUT_AT = 1024;

/** Something that counts for one minute. */
export interface Counted {
  readonly atMs: number;
  amount: number;
}

/** An amount that may not be exceeded in any span of one minute. */
export class MinuteWindow {
  /** @internal */
  readonly _limit: number;
  /** @internal */
  readonly _now: () => number;
  /** @internal Oldest first; those before `_first` are over. */
  _counted: Counted[] = [];
  /** @internal */
  _first = 0;
  /** @internal */
  _total = 0;

  constructor(limit: number, now: () => number) {
    this._limit = limit;
    this._now = now;
  }

  /** How long until so much may be added. What is more than the whole limit waits for an empty minute. */
  waitMs(amount: number): number {
    if (this._limit === Number.POSITIVE_INFINITY) return 0;
    this._expire();
    let excess = this._total + Math.min(amount, this._limit) - this._limit;
    for (let i = this._first; excess > 0 && i < this._counted.length; i++) {
      const { amount: freed, atMs } = this._counted[i] as Counted;
      excess -= freed;
      if (excess <= 0) return Math.max(0, atMs + MINUTE_MS - this._now());
    }
    return 0;
  }

  /** Counts so much from now on. */
  add(amount: number): Counted {
    const counted = { atMs: this._now(), amount };
    if (this._limit === Number.POSITIVE_INFINITY || amount <= 0) return counted;
    this._counted.push(counted);
    this._total += amount;
    return counted;
  }

  /** What was counted turned out to be another amount: less is given back, more counts from now on. */
  correct(counted: Counted, amount: number): void {
    if (amount > counted.amount) {
      this.add(amount - counted.amount);
      return;
    }
    this._expire();
    if (counted.atMs + MINUTE_MS > this._now()) this._total -= counted.amount - amount;
    counted.amount = amount;
  }

  /** @internal */
  _expire(): void {
    const oldestMs = this._now() - MINUTE_MS;
    for (; this._first < this._counted.length; this._first++) {
      const { atMs, amount } = this._counted[this._first] as Counted;
      if (atMs > oldestMs) break;
      this._total -= amount;
    }
    if (this._first < CUT_AT || this._first * 2 < this._counted.length) return;
    this._counted = this._counted.slice(this._first);
    this._first = 0;
  }
}
