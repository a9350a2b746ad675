/** The part of Node's AsyncLocalStorage that is used here. */
export interface AsyncStorage<T> {
  run<R>(value: T, fn: () => R): R;
  getStore(): T | undefined;
}

type StorageType = new <T>() => AsyncStorage<T>;

/**
 * The storage of this name, one for the process and shared by all copies of this package; null where the runtime has
 * no AsyncLocalStorage.
 */
export function asyncStorage<T>(name: string): AsyncStorage<T> | null {
  const slot = globalThis as { [name: symbol]: AsyncStorage<T> | undefined };
  const key = Symbol.for(`@melliflow/stdlib/${name}`);
  if (slot[key] === undefined) {
    const Storage = storageType();
    if (Storage === undefined) return null;
    slot[key] = new Storage<T>();
  }
  return slot[key];
}

/** Without an import, which browsers could not resolve: Node, Deno and Bun give it by name, edge runtimes as a global. */
function storageType(): StorageType | undefined {
  const { process, AsyncLocalStorage } = globalThis as {
    process?: { getBuiltinModule?(id: string): { AsyncLocalStorage?: StorageType } | undefined };
    AsyncLocalStorage?: StorageType;
  };
  return process?.getBuiltinModule?.('node:async_hooks')?.AsyncLocalStorage ?? AsyncLocalStorage;
}
