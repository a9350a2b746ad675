import type { JsonSchema } from '@melliflow/core';
import { type MutableSchema, typesOf } from './keywords.js';

/** The values that `const` or `enum` allows; `null` where neither stands. */
export function literalsOf(schema: JsonSchema): readonly unknown[] | null {
  if ('const' in schema) return [schema.const];
  return Array.isArray(schema.enum) && schema.enum.length > 0 ? schema.enum : null;
}

/** A schema without `const` that allows `value` alone, for engines whose literals are scalars. */
export function literalSchema(value: unknown): MutableSchema {
  if (typeof value !== 'object' || value === null) return { const: value };
  if (Array.isArray(value)) {
    const prefixItems = value.map(literalSchema);
    return { type: 'array', prefixItems, items: false, minItems: value.length, maxItems: value.length };
  }
  const properties = Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, literalSchema(inner)]),
  );
  return { type: 'object', properties, required: Object.keys(value), additionalProperties: false };
}

/** The `type` that goes with literals: some providers want one on every schema. */
export function typesOfLiterals(schema: JsonSchema, literals: readonly unknown[]): unknown {
  const declared = typesOf(schema);
  const types = [...new Set(literals.map((literal) => typeOf(literal, declared.includes('integer'))))];
  return types.length === 1 ? types[0] : types;
}

function typeOf(literal: unknown, isInteger: boolean): string {
  if (literal === null) return 'null';
  return typeof literal === 'number' && isInteger ? 'integer' : typeof literal;
}
