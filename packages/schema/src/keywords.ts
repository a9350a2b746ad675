import type { JsonSchema } from '@melliflow/core';

/** The types of JSON Schema. */
export type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array' | 'null';

/** A schema while it is written. */
export type MutableSchema = { [keyword: string]: unknown };

/** A schema as it may stand inside another one. */
export type Subschema = JsonSchema | boolean;

/** Keywords that models read. */
const told = ['title', 'description'];

/** The checks that belong to one type, beside `properties`, `required`, `items` and the like. */
export const checksOfType: Readonly<Record<JsonType, readonly string[]>> = {
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  array: [
    'minItems',
    'maxItems',
    'uniqueItems',
    'contains',
    'minContains',
    'maxContains',
    'unevaluatedItems',
  ],
  object: [
    'minProperties',
    'maxProperties',
    'patternProperties',
    'propertyNames',
    'dependentRequired',
    'dependentSchemas',
    'unevaluatedProperties',
  ],
  boolean: [],
  null: [],
};

/** Keywords that describe what is inside, by the type that they belong to. */
const structureOfType: Readonly<Partial<Record<JsonType, readonly string[]>>> = {
  array: ['items', 'prefixItems'],
  object: ['properties', 'required', 'additionalProperties'],
};

/** Checks of any type that no provider knows. */
export const checksOfAnyType: readonly string[] = ['not', 'if', '$dynamicRef'];

const keywordsOfType = Object.entries(checksOfType).map(
  ([type, checks]): readonly [JsonType, readonly string[]] => [
    type as JsonType,
    [...checks, ...(structureOfType[type as JsonType] ?? [])],
  ],
);

const limiting: ReadonlySet<string> = new Set([
  ...keywordsOfType.flatMap(([, keywords]) => keywords),
  ...checksOfAnyType,
  ...['type', 'enum', 'const', 'anyOf', 'oneOf', 'allOf', '$ref'],
]);

/** Whether a keyword limits values; words that JSON Schema does not know never do. */
export function isLimiting(keyword: string): boolean {
  return limiting.has(keyword);
}

/** Whether `schema` says nothing about its values. */
export function allowsAnything(schema: Subschema): boolean {
  return schema === true || (schema !== false && !Object.keys(schema).some(isLimiting));
}

/** What of `schema` models read. */
export function descriptionOf(schema: JsonSchema): MutableSchema {
  return Object.fromEntries(told.filter((word) => word in schema).map((word) => [word, schema[word]]));
}

/** Whether nothing but the keywords in `besides` limits the values. */
export function onlyTells(schema: JsonSchema, ...besides: readonly string[]): boolean {
  return Object.keys(schema).every((keyword) => !isLimiting(keyword) || besides.includes(keyword));
}

/** The types that `schema` names, else those that its keywords speak of; empty when there is no hint. */
export function typesOf(schema: JsonSchema): readonly JsonType[] {
  const { type } = schema;
  if (typeof type === 'string') return [type as JsonType];
  if (Array.isArray(type)) return type;
  return keywordsOfType
    .filter(([name, keywords]) => name !== 'integer' && keywords.some((keyword) => keyword in schema))
    .map(([name]) => name);
}

/** `schema` with the keywords of `type` alone. */
export function narrowedTo(type: JsonType, schema: JsonSchema): MutableSchema {
  const own = new Set(keywordsOfType.find(([name]) => name === type)?.[1]);
  const kept = Object.entries(schema).filter(([keyword]) => own.has(keyword));
  return { ...Object.fromEntries(kept), type };
}

/** Whether something is a JSON Schema in object form. */
export function isSchemaObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The schemas in a list, whatever was found there. */
export function schemasIn(list: unknown): readonly Subschema[] {
  return Array.isArray(list) ? list.filter((item) => typeof item === 'boolean' || isSchemaObject(item)) : [];
}

/** `minimum` and its like where the value is no number count as not there. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
