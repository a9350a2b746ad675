/** As much of an `AsyncLocalStorage` as is needed. */
export interface AsyncStorage<T> {
  getStore(): T | undefined;
  run<R>(store: T, fn: () => R): R;
  disable?(): void;
}

interface Holder {
  readonly AsyncLocalStorage?: new <T>() => AsyncStorage<T>;
}

interface Runtime extends Holder {
  readonly process?: { getBuiltinModule?(name: string): Holder | undefined };
}

/** A new storage where the runtime has one: a global one on edge runtimes, else that of Node, Deno and Bun. */
export function newAsyncStorage<T>(): AsyncStorage<T> | null {
  const runtime = globalThis as Runtime;
  const Storage =
    runtime.AsyncLocalStorage ?? runtime.process?.getBuiltinModule?.('node:async_hooks')?.AsyncLocalStorage;
  return Storage ? new Storage<T>() : null;
}

/** Ends what a storage costs each promise of the process, until its next `run`. */
export function rest<T>(storage: AsyncStorage<T>): void {
  try {
    storage.disable?.();
  } catch {
    // An edge runtime that has no way to do it has no such cost either.
    return;
  }
}
