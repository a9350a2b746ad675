import type { JsonSchema } from '@melliflow/core';
import { typesOf } from './argument-words.js';
import { isRecord } from './json-kind.js';

/** More references in a row than a schema has that does not go round in circles. */
const DEEPEST = 100;

/** Whether null is a value of the schema: nothing of it, nor of what it refers to in `root`, is against that. */
export function takesNull(schema: unknown, root: JsonSchema, depth: number = 0): boolean {
  if (!isRecord(schema) || depth > DEEPEST) return schema !== false;
  const takes = (part: unknown): boolean => takesNull(part, root, depth + 1);
  const types = typesOf(schema);
  return (
    (types.length === 0 || types.includes('null')) &&
    (!('const' in schema) || schema.const === null) &&
    (!Array.isArray(schema.enum) || schema.enum.includes(null)) &&
    (!('$ref' in schema) || takes(referredBy(schema.$ref, root))) &&
    listOf(schema.allOf).every(takes) &&
    [schema.anyOf, schema.oneOf].every((branches) => !Array.isArray(branches) || branches.some(takes))
  );
}

/** What a local reference points to; another one says nothing. */
export function referredBy(ref: unknown, root: JsonSchema): unknown {
  if (typeof ref !== 'string' || !ref.startsWith('#')) return true;
  return ref
    .slice(1)
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (at, step) =>
        typeof at === 'object' && at !== null && Object.hasOwn(at, step) ? Reflect.get(at, step) : true,
      root,
    );
}

/** The list that a keyword holds; empty when it holds none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
