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

  return {
    document: alternativesFor([root]),
    at,
    property: (of, name) => alternativesFor(at(of).property(name)),
    item: (of, index) => alternativesFor(at(of).item(Math.min(index, at(of).sameFrom))),
  };
}
