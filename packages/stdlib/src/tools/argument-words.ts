import type { JsonSchema } from '@melliflow/core';
import { kindOf } from './json-kind.js';

/** How many values of an enumeration are named. */
const NAMED = 30;

/** The types that a schema names; a list may be written as an array, or with commas. */
export function typesOf({ type, nullable }: JsonSchema): readonly string[] {
  const names = Array.isArray(type) ? type.map(String) : typeof type === 'string' ? type.split(/,\s*/) : [];
  return nullable === true && names.length > 0 ? [...names, 'null'] : names;
}

/** What a schema asks for, in words. */
export function wantedWords(schema: JsonSchema): string {
  if ('const' in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return oneOfWords(schema.enum);
  const types = typesOf(schema).map((name) => kindOf(name)?.words ?? name);
  if (types.length > 0) return types.join(' or ');
  const branches = [schema.anyOf, schema.oneOf].find(Array.isArray) as JsonSchema[] | undefined;
  return branches ? [...new Set(branches.map(wantedWords))].join(' or ') : 'another value';
}

/** What stands in the place, in words; texts are shortened. */
export function gotWords(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
}

function oneOfWords(values: readonly unknown[]): string {
  const named = values.slice(0, NAMED).map((value) => JSON.stringify(value));
  return `one of ${named.join(', ')}${values.length > NAMED ? ', …' : ''}`;
}
