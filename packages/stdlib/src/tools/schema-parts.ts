import type { JsonSchema } from '@melliflow/core';
import { typesOf } from './argument-words.js';
import { isRecord } from './json-kind.js';

/** Whether null is a value of the schema. */
export function takesNull(schema: unknown): boolean {
  if (!isRecord(schema)) return true;
  if (typesOf(schema).includes('null') || ('const' in schema && schema.const === null)) return true;
  if (listOf(schema.enum).includes(null)) return true;
  return [...listOf(schema.anyOf), ...listOf(schema.oneOf)].some(takesNull);
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
