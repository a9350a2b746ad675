import { isObject } from './describe.js';

/** Brands from `Symbol.for`, so that two copies of core in one process know each other's values (contract 1.1). */
export const CBLOCK: unique symbol = Symbol.for('@melliflow/core/cblock');
export const THUNK: unique symbol = Symbol.for('@melliflow/core/thunk');

export function hasBrand(x: unknown, brand: symbol): boolean {
  return isObject(x) && brand in x;
}
