import { asyncStorage } from './async-storage.js';

/** The turns that this code runs in, from the innermost outwards: it is a validator or a plugin of them. */
interface Inside {
  readonly turn: object;
  readonly outer: Inside | undefined;
}

const storage = () => asyncStorage<Inside>('turn');

/** Calls `fn` as a part of `turn`, with all that it starts. */
export function runInside<T>(turn: object, fn: () => T): T {
  const turns = storage();
  return turns ? turns.run({ turn, outer: turns.getStore() }, fn) : fn();
}

/** The turns that this code runs in; empty where there are none, or where the runtime cannot tell. */
export function turnsAround(): ReadonlySet<object> {
  const turns = new Set<object>();
  for (let inside = storage()?.getStore(); inside; inside = inside.outer) turns.add(inside.turn);
  return turns;
}
