import type { Backend } from '@melliflow/core';
import type { HookChain } from './hook-chain.js';
import { currentChain, processState, runIn } from './process-state.js';

/** How a bound backend changes the chain of its calls. */
type Binding = (here: HookChain) => HookChain;

type Calls = Record<'generateFromContext' | 'generateFromRaw', (...args: unknown[]) => Promise<unknown>>;

/** Known across copies of this package. */
const BINDING = Symbol.for('@melliflow/plugins/binding');

/**
 * The same backend, whose calls see `binding`'s chain. Everything but the two public methods is the backend's own,
 * and methods run on it, so that private fields work.
 */
export function boundBackend<B extends Backend>(backend: B, binding: Binding): B {
  const whole: Binding = (here) => binding(bindingOf(backend)?.(here) ?? here);
  const begin =
    (method: keyof Calls) =>
    async (...args: unknown[]): Promise<unknown> => {
      const state = processState();
      return runIn(state, binding(currentChain(state)), () => (backend as unknown as Calls)[method](...args));
    };
  const own = new Map<PropertyKey, unknown>([
    [BINDING, whole],
    ['generateFromContext', begin('generateFromContext')],
    ['generateFromRaw', begin('generateFromRaw')],
  ]);
  const methods = new WeakMap<object, unknown>();
  return new Proxy(backend, {
    get(target, key) {
      if (own.has(key)) return own.get(key);
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function' || key === 'constructor' || isFixed(target, key)) return value;
      if (!methods.has(value)) methods.set(value, value.bind(target));
      return methods.get(value);
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  });
}

/** A proxy must give what a frozen object has. */
function isFixed(target: object, key: PropertyKey): boolean {
  const own = Object.getOwnPropertyDescriptor(target, key);
  return own?.configurable === false && own.writable === false;
}

/** The binding of a backend that was bound; undefined for any other. */
export function bindingOf(backend: Backend | undefined): Binding | undefined {
  return (backend as { [BINDING]?: Binding } | undefined)?.[BINDING];
}
