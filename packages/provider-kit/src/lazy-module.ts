import { loadOnce } from './load-once.js';

/**
 * What calls need and an import does not, so that it is loaded with the first call.
 *
 * @example
 * const calls = new LazyModule(() => import('./acme-calls.js'));
 */
export class LazyModule<T> {
  /** @internal */
  _loaded: { readonly module: T } | null = null;
  /** Loads it, once; what fails is tried again. */
  readonly load: () => Promise<T>;

  constructor(load: () => Promise<T>) {
    this.load = loadOnce(async () => {
      const module = await load();
      this._loaded = { module };
      return module;
    });
  }

  /** The module, for what runs after it was loaded. @throws Error when it was not. */
  get now(): T {
    if (this._loaded === null) throw new Error('A module is used before it was loaded.');
    return this._loaded.module;
  }

  /** What `make` gives, which is made when the module is there; nothing is loaded before a piece is asked for. */
  before<E>(make: () => AsyncIterable<E>): AsyncIterable<E> {
    return this._loaded === null ? madeLater(this.load, make) : make();
  }
}

function madeLater<E>(load: () => Promise<unknown>, make: () => AsyncIterable<E>): AsyncIterableIterator<E> {
  let opening: Promise<AsyncIterator<E> | null> | null = null;
  let made: AsyncIterator<E> | null = null;
  let isLeft = false;
  const done: IteratorResult<E> = { done: true, value: undefined };
  const open = async (): Promise<AsyncIterator<E> | null> => {
    await load();
    if (!isLeft) made = make()[Symbol.asyncIterator]();
    return made;
  };
  return {
    async next() {
      if (made) return made.next();
      if (isLeft) return done;
      opening ??= open();
      return (await opening)?.next() ?? done;
    },
    async return() {
      isLeft = true;
      await made?.return?.();
      return done;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
