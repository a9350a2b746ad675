import type { OutputFormat, StandardJSONSchemaV1, StandardSchemaV1 } from '@melliflow/core';
import { jsonSchema } from './json-schema.js';
import type { PlainFormat } from './named-schema.js';

/**
 * `format` so that its answers are validated: plain JSON Schema is wrapped, schemas of libraries stay as they are.
 *
 * @throws TypeError when `format` is no schema.
 */
export function validated<T>(format: OutputFormat<T>): StandardSchemaV1<unknown, T> & StandardJSONSchemaV1 {
  const isHolder = (typeof format === 'object' && format !== null) || typeof format === 'function';
  if (isHolder && '~standard' in format) return format as StandardSchemaV1<unknown, T> & StandardJSONSchemaV1;
  return jsonSchema<T>(format as PlainFormat);
}
