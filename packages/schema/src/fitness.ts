import { resolved } from './definitions.js';
import { isSchemaObject, type MutableSchema } from './keywords.js';
import type { Marks } from './writing.js';

/** Picks from several alternatives the one that a value took; `undefined` when it took none. */
export type Fitness = (value: object, alternatives: readonly MutableSchema[]) => MutableSchema | undefined;

/** How deep a glance goes, which tells most alternatives apart, and a closer look, which tells the rest. */
const GLANCE = 3;
const CLOSE = 100;

/**
 * Tells alternatives apart by types, literals and names of properties. What a close look found of an object or list
 * is kept, so that nested alternatives cost no more than the value times the schema.
 */
export function fitness(
  definitions: Readonly<Record<string, MutableSchema>>,
  { nullWhenAbsent }: Pick<Marks, 'nullWhenAbsent'>,
): Fitness {
  const known = new WeakMap<object, Map<MutableSchema, boolean>>();

  function fits(value: unknown, written: MutableSchema, depth: number): boolean {
    if (depth <= 0) return true;
    if (typeof value !== 'object' || value === null || depth <= GLANCE) return look(value, written, depth);
    const ofValue = known.get(value) ?? new Map<MutableSchema, boolean>();
    known.set(value, ofValue);
    const answer = ofValue.get(written) ?? look(value, written, depth);
    ofValue.set(written, answer);
    return answer;
  }

  function look(value: unknown, written: MutableSchema, depth: number): boolean {
    const at = resolved(written, definitions);
    const alternatives = (at.anyOf ?? at.oneOf) as MutableSchema[] | undefined;
    if (alternatives) return alternatives.some((one) => fits(value, one, depth - 1));
    const types = Array.isArray(at.type) ? at.type : [at.type];
    if (at.type !== undefined && !types.some((type) => isOfType(value, type))) return false;
    if ('const' in at) return isSame(value, at.const);
    if (Array.isArray(at.enum)) return at.enum.some((literal) => isSame(value, literal));
    if (Array.isArray(value)) return fitsList(value, at, depth - 1);
    return typeof value !== 'object' || value === null || fitsObject(value, at, depth - 1);
  }

  function fitsList(value: readonly unknown[], at: MutableSchema, depth: number): boolean {
    const prefix = (at.prefixItems ?? []) as MutableSchema[];
    if (value.length < Number(at.minItems ?? 0)) return false;
    if (value.length > Number(at.maxItems ?? Number.POSITIVE_INFINITY)) return false;
    return value.every((item, index) => {
      const schema = prefix[index] ?? at.items;
      return !isSchemaObject(schema) || fits(item, schema, depth);
    });
  }

  function fitsObject(value: object, at: MutableSchema, depth: number): boolean {
    const properties = (at.properties ?? {}) as Record<string, MutableSchema>;
    const mayLack = nullWhenAbsent.get(at);
    const required = (at.required ?? []) as readonly string[];
    if (!required.every((name) => Object.hasOwn(value, name) || mayLack?.has(name))) return false;
    return Object.entries(value).every(([name, inner]) => {
      const schema = Object.hasOwn(properties, name) ? properties[name] : at.additionalProperties;
      return isSchemaObject(schema) ? fits(inner, schema, depth) : schema === true;
    });
  }

  return (value, alternatives) => {
    const likely = alternatives.filter((one) => fits(value, one, GLANCE));
    return likely.length > 1 ? likely.find((one) => fits(value, one, CLOSE)) : likely[0];
  };
}

function isOfType(value: unknown, type: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isSchemaObject(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function isSame(value: unknown, literal: unknown): boolean {
  return (
    value === literal || (typeof literal === 'object' && JSON.stringify(value) === JSON.stringify(literal))
  );
}
