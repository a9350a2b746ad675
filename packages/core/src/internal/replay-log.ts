/**
 * What happened so far, kept so that any number of readers can follow from the first item, at any time.
 * A promise is made only when somebody waits, and none of them ever rejects before a reader asked for it.
 */
export class ReplayLog<T> implements AsyncIterable<T> {
  /** The items so far; read only. */
  readonly items: T[] = [];
  /** Whether the last item has come. */
  ended = false;
  /** Why it ended, when it failed: readers throw it after the last item. */
  failure: { readonly error: unknown } | null = null;
  /** @internal */
  _waiting: (() => void)[] = [];
  /** @internal */
  _end: { promise: Promise<void>; resolve: () => void } | null = null;

  /** Adds an item and wakes whoever waits for it; after the end it is dropped. */
  push(item: T): void {
    if (this.ended) return;
    this.items.push(item);
    if (this._waiting.length > 0) this._wake();
  }

  /** Ends the log; with a failure, readers throw its error when they get there. The first end counts. */
  end(failure?: { readonly error: unknown }): void {
    if (this.ended) return;
    this.ended = true;
    this.failure = failure ?? null;
    this._wake();
    this._end?.resolve();
  }

  /** Resolves when there is an item at `index`, or when the log has ended. */
  async reached(index: number): Promise<void> {
    while (index >= this.items.length && !this.ended)
      await new Promise<void>((wake) => this._waiting.push(wake));
  }

  /** Resolves at the end, also at a failure. */
  finished(): Promise<void> {
    if (this.ended) return Promise.resolve();
    if (this._end === null) {
      let resolve = (): void => undefined;
      const promise = new Promise<void>((done) => {
        resolve = done;
      });
      this._end = { promise, resolve };
    }
    return this._end.promise;
  }

  /** An independent reader from the first item on. `onDone` runs when it got to a good end. */
  read(onDone?: () => void): AsyncIterableIterator<T> {
    let index = 0;
    let left = false;
    return {
      next: async () => {
        // Taken when it is asked for, so that readers who ask ahead are served in order.
        const at = index++;
        while (!left && !this.ended && at >= this.items.length)
          await new Promise<void>((wake) => this._waiting.push(wake));
        if (!left) {
          if (at < this.items.length) return { value: this.items[at] as T, done: false };
          // Told once: to who asked for what would come next.
          if (at === this.items.length) {
            if (this.failure) throw this.failure.error;
            onDone?.();
          }
        }
        return { value: undefined, done: true };
      },
      return: async () => {
        left = true;
        this._wake();
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return this.read();
  }

  /** @internal */
  _wake(): void {
    const waiting = this._waiting;
    this._waiting = [];
    for (const wake of waiting) wake();
  }
}
