import type { JsonSchema } from '@melliflow/core';

/** Schemas without choices, all of which must hold at once. */
export type Conjunction = readonly JsonSchema[];

/** More ways to read a schema than this are not followed: what would make them counts as allowing anything. */
const MOST = 256;

/**
 * The ways in which all of `schemas` can hold: each choice of `anyOf` and `oneOf` made, references followed, `allOf`
 * joined. None when nothing can. What a text alone does not decide by and by (`not`, `if`, `dependentSchemas`, …) is left
 * to the validation of the whole, and so is the "exactly one" of `oneOf`.
 */
export function waysToHold(schemas: readonly unknown[], root: JsonSchema): readonly Conjunction[] {
  return schemas.reduce<readonly Conjunction[]>((ways, schema) => both(ways, waysOf(schema, root, [])), [[]]);
}

function waysOf(schema: unknown, root: JsonSchema, above: readonly unknown[]): readonly Conjunction[] {
  if (schema === false) return [];
  // A reference to itself says nothing more.
  if (!isSchema(schema) || above.includes(schema)) return [[]];
  const path = [...above, schema];
  const inner = (one: unknown): readonly Conjunction[] => waysOf(one, root, path);
  const { $ref, allOf, anyOf, oneOf } = schema;
  let ways: readonly Conjunction[] = withContainers(schema) ?? [[schema]];
  if (typeof $ref === 'string') ways = both(ways, inner(referred($ref, root)));
  if (Array.isArray(allOf)) for (const one of allOf) ways = both(ways, inner(one));
  for (const choices of [anyOf, oneOf]) if (Array.isArray(choices)) ways = both(ways, choices.flatMap(inner));
  return ways;
}

function both(ones: readonly Conjunction[], others: readonly Conjunction[]): readonly Conjunction[] {
  if (ones.length * others.length > MOST) return ones;
  return ones.flatMap((one) => others.map((other) => [...one, ...other]));
}

/** A schema whose `enum` or `const` has objects or lists: each of its values as a way of its own. */
function withContainers(schema: JsonSchema): readonly Conjunction[] | null {
  const values = 'const' in schema ? [schema.const] : schema.enum;
  if (!Array.isArray(values) || !values.some((value) => typeof value === 'object' && value !== null))
    return null;
  const { enum: _values, const: _value, ...rest } = schema;
  const ways = values.map((value): Conjunction => [rest, exactly(value)]);
  return ways.length > MOST ? [[rest]] : ways;
}

/** The schema of one value, in words that parts of a text can be held against. */
function exactly(value: unknown): JsonSchema {
  if (Array.isArray(value))
    return { type: 'array', prefixItems: value.map(exactly), items: false, minItems: value.length };
  if (typeof value !== 'object' || value === null) return { const: value };
  const entries = Object.entries(value);
  const properties = Object.fromEntries(entries.map(([name, inner]) => [name, exactly(inner)]));
  return { type: 'object', properties, required: Object.keys(value), additionalProperties: false };
}

/** What a JSON pointer into the root leads to; of anything else, anything. */
function referred(reference: string, root: JsonSchema): unknown {
  if (reference !== '#' && !reference.startsWith('#/')) return true;
  const steps = decoded(reference.slice(1)).split('/').slice(1);
  return steps.reduce<unknown>((at, step) => {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    const known = (isSchema(at) || Array.isArray(at)) && Object.hasOwn(at, name);
    return known ? (at as Record<string, unknown>)[name] : true;
  }, root);
}

/** A pointer as it is meant; one that is wrongly encoded leads nowhere, as the validation of the whole will say. */
function decoded(pointer: string): string {
  try {
    return decodeURIComponent(pointer);
  } catch {
    return pointer;
  }
}

/** Whether a value is an object of JSON. */
export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
