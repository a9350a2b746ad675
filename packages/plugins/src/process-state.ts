import type { HookDispatcher, HookOperation } from '@melliflow/core';
import { type AsyncStorage, newAsyncStorage } from './async-storage.js';
import { type HookChain, outermost } from './hook-chain.js';
import type { Registration } from './registration.js';

/** What all copies of this package in a process share. */
export interface ProcessState {
  /** What core asks; of the copy that was first to listen. */
  dispatcher: HookDispatcher | null;
  /** What `register` was given, with its hooks. */
  readonly registered: Map<object, readonly Registration[]>;
  /** Changes with each `register` and `unregister`. */
  version: number;
  /** How many registered plugins and open scopes there are: at 0 nobody can listen. */
  listening: number;
  lastSequence: number;
  /** The chain of the running async call chain. */
  readonly storage: AsyncStorage<HookChain> | null;
  /** The operation that the running async call chain is inside of. */
  readonly operations: AsyncStorage<HookOperation> | null;
  /** The chain of what begins synchronously, where there is no storage. */
  current: HookChain;
}

const STATE = Symbol.for('@melliflow/plugins/state');
type Slot = { [STATE]?: ProcessState };

/** The state of the process, made by whichever copy of this package is first. */
export function processState(): ProcessState {
  const slot = globalThis as Slot;
  slot[STATE] ??= {
    dispatcher: null,
    registered: new Map(),
    version: 0,
    listening: 0,
    lastSequence: 0,
    storage: newAsyncStorage(),
    operations: newAsyncStorage(),
    current: outermost,
  };
  return slot[STATE];
}

/** The chain that an operation begins in, here and now. */
export function currentChain(state: ProcessState): HookChain {
  return state.storage?.getStore() ?? state.current;
}

/** Runs `fn` in `chain`: with a storage all of its async call chain, else what it does before its first await. */
export function runIn<R>(state: ProcessState, chain: HookChain, fn: () => R): R {
  if (state.storage) return state.storage.run(chain, fn);
  const before = state.current;
  state.current = chain;
  try {
    return fn();
  } finally {
    state.current = before;
  }
}
