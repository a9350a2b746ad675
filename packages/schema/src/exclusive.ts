import type { JsonSchema } from '@melliflow/core';
import { isSchemaObject, typesOf } from './keywords.js';

/**
 * Whether no value can fit two of the schemas, as far as types and tags tell: then "one of them" and "any of them"
 * mean the same.
 */
export function areExclusive(schemas: readonly JsonSchema[]): boolean {
  const objects: JsonSchema[] = [];
  const kinds = new Set<string>();
  for (const schema of schemas) {
    const literals = literalsOf(schema);
    const own = literals ? literals.map((value) => JSON.stringify(value)) : typesOf(schema);
    if (own.length === 0) return false;
    if (!literals && own.length === 1 && own[0] === 'object') {
      objects.push(schema);
      continue;
    }
    for (const kind of own) {
      const name = kind === 'integer' ? 'number' : kind;
      if (kinds.has(name)) return false;
      kinds.add(name);
    }
  }
  const literalsAmongTypes = [...kinds].some(isTypeName) && ![...kinds].every(isTypeName);
  return !literalsAmongTypes && (objects.length < 2 || haveTag(objects));
}

function isTypeName(kind: string): boolean {
  return /^[a-z]+$/.test(kind) && !['true', 'false'].includes(kind);
}

/** Whether a property that all require has other literals in each. */
function haveTag([first, ...others]: readonly JsonSchema[]): boolean {
  return Object.keys(propertiesOf(first)).some((name) => {
    const values = new Set<string>();
    for (const schema of [first, ...others]) {
      const literals = literalsOf(propertiesOf(schema)[name]);
      if (!literals || !Array.isArray(schema?.required) || !schema.required.includes(name)) return false;
      for (const literal of literals.map((value) => JSON.stringify(value))) {
        if (values.has(literal)) return false;
        values.add(literal);
      }
    }
    return true;
  });
}

function propertiesOf(schema: JsonSchema | undefined): JsonSchema {
  return isSchemaObject(schema?.properties) ? schema.properties : {};
}

function literalsOf(schema: unknown): readonly unknown[] | null {
  if (!isSchemaObject(schema)) return null;
  if ('const' in schema) return [schema.const];
  return Array.isArray(schema.enum) ? schema.enum : null;
}
