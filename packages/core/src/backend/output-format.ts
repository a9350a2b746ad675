import type { JsonSchema } from '../content/json-schema.js';
import { describe, isObject } from '../internal/describe.js';
import type { StandardJSONSchemaV1, StandardResult, StandardSchemaV1 } from './standard-schema.js';

/** The form that an output must have: a schema of zod 4.2+, ArkType or Valibot, or plain JSON Schema. */
export type OutputFormat<T = unknown> =
  | (StandardSchemaV1<unknown, T> & StandardJSONSchemaV1)
  | JsonSchema
  | { readonly name?: string | undefined; readonly schema: JsonSchema };

/** A format as backends get it. */
export interface ResolvedFormat {
  /** A name for providers that want one. */
  readonly name: string;
  readonly schema: JsonSchema;
  /** Reads a value; plain JSON Schema takes it as it is (contract 2.10). */
  readonly validate: (value: unknown) => StandardResult<unknown> | Promise<StandardResult<unknown>>;
}

const target = 'draft-2020-12';

/** @throws TypeError when `format` is no schema, or one that cannot give JSON Schema. */
export function resolveFormat(format: OutputFormat): ResolvedFormat {
  if (isStandard(format)) {
    const standard = format['~standard'];
    if (typeof standard.jsonSchema?.input !== 'function') {
      throw new TypeError(
        `format: this ${standard.vendor} schema cannot give JSON Schema. Use zod 4.2+, ArkType, Valibot with its ` +
          'JSON Schema package, or plain JSON Schema.',
      );
    }
    const schema = standard.jsonSchema.input({ target });
    return { name: nameOf(schema), schema, validate: (value) => standard.validate(value) };
  }
  if (!isObject(format) || Array.isArray(format)) {
    throw new TypeError(`format must be a schema or plain JSON Schema, got ${describe(format)}.`);
  }
  const named = isNamed(format);
  const schema = named ? format.schema : (format as JsonSchema);
  return { name: (named && format.name) || nameOf(schema), schema, validate: (value) => ({ value }) };
}

function isStandard(format: unknown): format is StandardSchemaV1 & StandardJSONSchemaV1 {
  return (isObject(format) || typeof format === 'function') && '~standard' in format;
}

/** `schema` is no keyword of JSON Schema; beside these keywords it would be a custom one. */
function isNamed(format: object): format is { name?: string; schema: JsonSchema } {
  const { schema } = format as { schema?: unknown };
  return isObject(schema) && !('type' in format) && !('$schema' in format);
}

function nameOf(schema: JsonSchema): string {
  const { title } = schema;
  return typeof title === 'string' && /^[\w-]{1,64}$/.test(title) ? title : 'response';
}
