import { describe } from '@melliflow/core/implement';

/** A copy of a list that may be left out. @throws TypeError when it is no list; it says which `field`. */
export function listOf<T>(values: readonly T[] | undefined, field: string): T[] {
  if (values === undefined) return [];
  if (Array.isArray(values)) return [...values];
  throw new TypeError(`${field} must be an array, got ${describe(values)}.`);
}
