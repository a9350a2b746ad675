import type { Alternative } from './alternative.js';
import type { JsonState, Level, Way } from './json-state.js';

/** Whether a number that begins so may fit: any size is still possible, but the sign is settled. */
export function allowsSign(rules: Alternative, beginning: string): boolean {
  // A minus alone may still become -0; a digit alone says that it is not below zero.
  if (beginning === '-') return true;
  return beginning.startsWith('-') ? rules.mayBeNegative : rules.mayBePositive;
}

/** Whether a complete number fits. */
export function allowsNumber(rules: Alternative, value: number): boolean {
  if (rules.integer && !Number.isInteger(value)) return false;
  return rules.values?.includes(value) !== false && rules.inBounds(value);
}

/** Whether an object or list may have a part more. */
export function mayGoOn(rules: Alternative, { kind, count }: Level): boolean {
  return count < (kind === 'array' ? rules.maxItems : rules.maxProperties);
}

/** Whether an object or list may end as it is. */
export function completesLevel(rules: Alternative, { kind, count, names }: Level): boolean {
  if (kind === 'array') return count >= rules.minItems;
  return count >= rules.minProperties && rules.required.every((name) => names.has(name));
}

/** A value is complete in these ways: the object or list around it goes on in the ways that they belong to. */
export function completeValue(state: JsonState, ways: readonly Way[], fault: string): string | null {
  if (ways.length === 0) return fault;
  const level = state.levels.at(-1);
  state.place = level === undefined ? 'done' : 'comma or end';
  if (level === undefined) return null;
  level.count += 1;
  if (level.ways.length === 1) return null;
  const parents = new Set(ways.flatMap((way) => way.parents));
  level.ways = level.ways.filter((_, index) => parents.has(index));
  return null;
}

/**
 * The ways to read a part of what reads in `parents`, each alternative once: so they are never more than the schema has
 * alternatives, however deep the document.
 */
export function partWays(
  parents: readonly Way[],
  alternatives: (way: Way, index: number) => readonly number[],
): readonly Way[] {
  const [only] = parents;
  if (only && parents.length === 1)
    return alternatives(only, 0).map((alternative) => ({ alternative, parents: [0], node: 0 }));
  const parentsOf = new Map<number, number[]>();
  for (const [index, way] of parents.entries()) {
    for (const alternative of alternatives(way, index)) {
      const known = parentsOf.get(alternative);
      if (known) known.push(index);
      else parentsOf.set(alternative, [index]);
    }
  }
  return Array.from(parentsOf, ([alternative, indices]) => ({ alternative, parents: indices, node: 0 }));
}
