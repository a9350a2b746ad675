import type { JsonSchema } from '@melliflow/core';
import type { Dialect } from './dialects.js';
import { checksOfType, isSchemaObject, type JsonType, type MutableSchema, onlyTells } from './keywords.js';
import { type Place, placeIn } from './losses.js';
import type { Writing } from './writing.js';

/** Writes the checks of one type that the dialect enforces and reports the others; `told` are said elsewhere. */
export function writeChecks(
  { dialect, lose }: Pick<Writing, 'dialect' | 'lose'>,
  type: JsonType,
  schema: JsonSchema,
  out: MutableSchema,
  at: Place,
  ...told: readonly string[]
): void {
  for (const keyword of checksOfType[type]) {
    if (!(keyword in schema) || told.includes(keyword) || checksNothing(keyword, schema[keyword])) continue;
    if (isEnforced(dialect, type, keyword, schema[keyword])) out[keyword] = schema[keyword];
    else lose('unsupported', keyword, placeIn(at, keyword), 'is not enforced');
  }
}

function isEnforced(dialect: Dialect, type: JsonType, keyword: string, value: unknown): boolean {
  if (!dialect.checks[type]?.includes(keyword)) return false;
  if (keyword === 'format') return dialect.formats.includes(String(value));
  if (keyword === 'pattern') return dialect.takesPattern(String(value));
  return !/^(min|max)[LIP]/.test(keyword) || Number(value) <= dialect.maxCount;
}

/** What schema libraries write although it excludes nothing; objects and lists come closed anyway. */
function checksNothing(keyword: string, value: unknown): boolean {
  if (keyword === 'propertyNames') {
    return value === true || (isSchemaObject(value) && onlyTells(value, 'type') && value.type === 'string');
  }
  if (keyword === 'uniqueItems' || keyword.startsWith('unevaluated')) return value === false;
  return false;
}
