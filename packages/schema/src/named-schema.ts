import type { JsonSchema } from '@melliflow/core';

/** Plain JSON Schema with or without a name, as `format` takes it. */
export type PlainFormat = JsonSchema | { readonly name?: string | undefined; readonly schema: JsonSchema };

interface NamedSchema {
  readonly name?: string | undefined;
  readonly schema: JsonSchema;
}

/** The schema in `format` and the name that stands beside it. */
export function namedSchema(format: PlainFormat): NamedSchema {
  if (typeof format !== 'object' || format === null || Array.isArray(format)) {
    throw new TypeError(`schema must be JSON Schema as an object, got ${JSON.stringify(format)}.`);
  }
  return isNamed(format) ? format : { schema: format as JsonSchema };
}

/** `schema` is no keyword of JSON Schema; beside these keywords it would be a custom one, as in core. */
function isNamed(format: object): format is NamedSchema {
  const { schema } = format as { schema?: unknown };
  return typeof schema === 'object' && schema !== null && !('type' in format) && !('$schema' in format);
}
