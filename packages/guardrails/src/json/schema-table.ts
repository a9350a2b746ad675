import type { JsonSchema } from '@melliflow/core';
import { type Alternative, alternativeOf } from './alternative.js';
import { waysToHold } from './flat-schemas.js';

/** The alternatives of a schema by number, made when a text first comes to their place; recursive schemas are endless. */
export interface SchemaTable {
  /** The numbers of the alternatives for the whole document. */
  readonly document: readonly number[];
  at(number: number): Alternative;
  /** The alternatives for a property of what reads as alternative `of`. */
  property(of: number, name: string): readonly number[];
  /** The alternatives for an item of what reads as alternative `of`. */
  item(of: number, index: number): readonly number[];
}

/** A table for one schema; all texts held against it share it. */
export function schemaTable(root: JsonSchema | boolean): SchemaTable {
  const alternatives: Alternative[] = [];
  const numbers = new Map<unknown, number>();
  const known = new Map<string, readonly number[]>();
  const definitions = typeof root === 'boolean' ? {} : root;

  const numberOf = (schema: unknown): number => {
    const number = numbers.get(schema) ?? numbers.size;
    numbers.set(schema, number);
    return number;
  };
  const alternativesFor = (schemas: readonly unknown[]): readonly number[] => {
    const key = [...new Set(schemas.map(numberOf))].sort((a, b) => a - b).join();
    const found =
      known.get(key) ??
      waysToHold(schemas, definitions)
        .map(alternativeOf)
        .filter(({ kinds }) => kinds.size > 0)
        .map((alternative) => alternatives.push(alternative) - 1);
    known.set(key, found);
    return found;
  };
  const at = (number: number): Alternative => alternatives[number] as Alternative;
  /** By alternative, what its places have that the schema itself tells apart; names of the model's are not kept. */
  const places = new Map<number, Map<string | number, readonly number[]>>();
  const atPlace = (
    of: number,
    place: string | number,
    schemas: () => readonly unknown[],
  ): readonly number[] => {
    const known = places.get(of) ?? new Map<string | number, readonly number[]>();
    const found = known.get(place) ?? alternativesFor(schemas());
    places.set(of, known.set(place, found));
    return found;
  };

  return {
    document: alternativesFor([root]),
    at,
    property(of, name) {
      const rules = at(of);
      if (!rules.declares(name)) return alternativesFor(rules.property(name));
      return atPlace(of, name, () => rules.property(name));
    },
    item(of, index) {
      const place = Math.min(index, at(of).sameFrom);
      return atPlace(of, place, () => at(of).item(place));
    },
  };
}
