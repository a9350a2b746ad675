/** Chances that are the same with every run of a seed. */
export class Chance {
  /** @internal */
  _state: number;

  constructor(seed: number) {
    this._state = seed >>> 0;
  }

  /** From 0 to 1 (mulberry32, which is in the public domain). */
  next(): number {
    this._state = (this._state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this._state ^ (this._state >>> 15), this._state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0, less than `count`. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  happens(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

/** The chances of one operation: they do not depend on what ran before it. */
export function chanceOf(seed: number, operation: number): Chance {
  return new Chance(Math.imul(seed, 0x9e3779b1) ^ Math.imul(operation + 1, 0x85ebca6b));
}
