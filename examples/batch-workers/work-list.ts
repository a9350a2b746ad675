import type { Item } from './item.js';

/** How often an item is asked at most, in one run of the coordinator. */
const MAX_TRIES = 3;

/** What is still to be asked: items that came back first, then the next ones of the source. */
export class WorkList {
  readonly #source: Iterator<Item>;
  readonly #isFinished: (key: string) => boolean;
  readonly #returned: Item[] = [];
  readonly #returns: Map<string, number> = new Map();

  constructor(source: Iterable<Item>, isFinished: (key: string) => boolean) {
    this.#source = source[Symbol.iterator]();
    this.#isFinished = isFinished;
  }

  /** The next `count` items that are not finished; fewer at the end. */
  take(count: number): Item[] {
    const taken = this.#returned.splice(0, count);
    while (taken.length < count) {
      const { done, value } = this.#source.next();
      if (done) break;
      if (!this.#isFinished(value.key)) taken.push(value);
    }
    return taken;
  }

  /**
   * Items that have no result: their worker died, or the provider could not be asked.
   *
   * @throws Error when one comes back for the third time: then it is not chance, and somebody should look.
   */
  giveBack(items: readonly Item[], why: string): void {
    for (const item of items) {
      const times = (this.#returns.get(item.key) ?? 0) + 1;
      if (times === MAX_TRIES) throw new Error(`${item.key} was asked ${times} times: ${why}`);
      this.#returns.set(item.key, times);
      this.#returned.push(item);
    }
  }
}
