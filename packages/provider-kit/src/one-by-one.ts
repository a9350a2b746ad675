/** Batches, of which one is asked for at a time. */
interface Batches<T> {
  next(): Promise<IteratorResult<readonly T[], void>>;
  return(): Promise<unknown>;
}

/**
 * The items of batches, one by one. Written by hand: inside an async generator each item would cost three turns of
 * the microtask queue, here one; and none where the reader takes what is there already by `_ready`, as core does.
 *
 * @param leave Called when the reader leaves, before the batches are told to return, with whether it asks for one.
 */
export function oneByOne<T>(batches: Batches<T>, leave: (asking: boolean) => void): AsyncIterableIterator<T> {
  return new OneByOne(batches, leave);
}

/** A class, since engines compile what calls the closures of one stream anew for the next. */
class OneByOne<T> implements AsyncIterableIterator<T> {
  readonly batches: Batches<T>;
  readonly leave: (asking: boolean) => void;
  batch: readonly T[] = [];
  index = 0;
  done = false;
  pulling: Promise<unknown> | null = null;

  constructor(batches: Batches<T>, leave: (asking: boolean) => void) {
    this.batches = batches;
    this.leave = leave;
  }

  /** @internal What is there without waiting; null when it has to be asked for. */
  _ready(): IteratorResult<T> | null {
    if (this.pulling !== null || this.index >= this.batch.length) return null;
    return { done: false, value: this.batch[this.index++] as T };
  }

  next(): Promise<IteratorResult<T>> {
    const ready = this._ready();
    if (ready) return Promise.resolve(ready);
    // Readers that ask ahead are served in order.
    const pull = (): Promise<IteratorResult<T>> => this.pull();
    const asked = this.pulling ? this.pulling.then(pull, pull) : pull();
    this.pulling = asked;
    const release = (): void => {
      if (this.pulling === asked) this.pulling = null;
    };
    asked.then(release, release);
    return asked;
  }

  async pull(): Promise<IteratorResult<T>> {
    while (this.index >= this.batch.length) {
      if (this.done) return { done: true, value: undefined };
      const next = await this.batches.next();
      this.done = next.done === true;
      this.batch = next.value ?? [];
      this.index = 0;
    }
    return { done: false, value: this.batch[this.index++] as T };
  }

  async return(): Promise<IteratorResult<T>> {
    this.done = true;
    this.batch = [];
    this.leave(this.pulling !== null);
    await this.batches.return();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
