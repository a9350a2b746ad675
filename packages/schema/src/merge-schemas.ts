import type { JsonSchema } from '@melliflow/core';
import { isLimiting, isSchemaObject, type MutableSchema, type Subschema } from './keywords.js';

/** Reports a keyword that could not be brought together with its namesake. */
type OnConflict = (keyword: string) => void;
type Rule = (one: unknown, other: unknown, conflict: OnConflict) => unknown;

const larger: Rule = (one, other) => Math.max(Number(one), Number(other));
const smaller: Rule = (one, other) => Math.min(Number(one), Number(other));
const either: Rule = (one, other) => one === true || other === true;
const all: Rule = (one, other) => [...new Set([...(one as unknown[]), ...(other as unknown[])])];

/** Schemas that were joined before, so that the same two always give the same object and recursion ends. */
const joined = new WeakMap<object, WeakMap<object, JsonSchema>>();

/** A schema that allows what both allow; the same for the same two. */
export function bothSchemas(one: JsonSchema, other: JsonSchema): JsonSchema {
  const ofOne = joined.get(one) ?? new WeakMap<object, JsonSchema>();
  joined.set(one, ofOne);
  const known = ofOne.get(other) ?? { allOf: [one, other] };
  ofOne.set(other, known);
  return known;
}

const both: Rule = (one, other) => {
  if (one === other || other === true || one === false) return one;
  if (one === true || other === false) return other;
  return isSchemaObject(one) && isSchemaObject(other) ? bothSchemas(one, other) : one;
};

const bothOfEach: Rule = (one, other, conflict) => {
  const merged = new Map(Object.entries(one as Record<string, unknown>));
  for (const [name, schema] of Object.entries(other as Record<string, unknown>)) {
    merged.set(name, merged.has(name) ? both(merged.get(name), schema, conflict) : schema);
  }
  return Object.fromEntries(merged);
};

const commonTypes: Rule = (one, other, conflict) => {
  const [types, others] = [listOf(one), listOf(other)];
  const widened = (list: readonly unknown[], type: unknown): boolean =>
    list.includes(type) || (type === 'integer' && list.includes('number'));
  const common = [
    ...types.filter((type) => widened(others, type)),
    ...others.filter((type) => !types.includes(type) && widened(types, type)),
  ];
  if (common.length === 0) conflict('type');
  return common.length === 1 ? common[0] : common.length === 0 ? one : common;
};

const commonValues: Rule = (one, other, conflict) => {
  const texts = new Set((other as unknown[]).map((value) => JSON.stringify(value)));
  const common = (one as unknown[]).filter((value) => texts.has(JSON.stringify(value)));
  if (common.length === 0) conflict('enum');
  return common.length === 0 ? one : common;
};

const rules: Readonly<Record<string, Rule>> = {
  type: commonTypes,
  enum: commonValues,
  required: all,
  properties: bothOfEach,
  patternProperties: bothOfEach,
  additionalProperties: both,
  unevaluatedProperties: both,
  propertyNames: both,
  items: both,
  minimum: larger,
  exclusiveMinimum: larger,
  minLength: larger,
  minItems: larger,
  minProperties: larger,
  maximum: smaller,
  exclusiveMaximum: smaller,
  maxLength: smaller,
  maxItems: smaller,
  maxProperties: smaller,
  uniqueItems: either,
};

/** One schema that allows what every one of `parts` allows, as far as that can be said in one. */
export function mergeSchemas(parts: readonly JsonSchema[], onConflict: OnConflict): MutableSchema {
  const merged: MutableSchema = {};
  for (const part of parts) {
    for (const [keyword, value] of Object.entries(part)) {
      const [word, own] = keyword === 'const' ? ['enum', [value]] : [keyword, value];
      if (!(word in merged)) merged[word] = own;
      else if (!isLimiting(word) || same(merged[word], own)) continue;
      else if (rules[word]) merged[word] = rules[word](merged[word], own, onConflict);
      else onConflict(word);
    }
  }
  return merged;
}

function listOf(type: unknown): readonly unknown[] {
  return Array.isArray(type) ? type : [type];
}

function same(one: unknown, other: unknown): boolean {
  return one === other || (typeof one !== 'object' && JSON.stringify(one) === JSON.stringify(other));
}

/** The schemas that a list of `anyOf`, `oneOf` or `allOf` holds, without those that allow nothing. */
export function possible(schemas: readonly Subschema[]): readonly JsonSchema[] {
  return schemas.flatMap((schema) => (schema === false ? [] : [schema === true ? {} : schema]));
}
