import type { StandardIssue, StandardJSONSchemaV1, StandardSchemaV1 } from '@melliflow/core';
import { namedSchema, type PlainFormat } from './named-schema.js';
import { issuesOf } from './schema-validator.js';

/** Plain JSON Schema that validates, usable wherever a schema of zod is. */
export interface JsonSchemaFormat<T = unknown> {
  readonly '~standard': StandardSchemaV1<unknown, T>['~standard'] & StandardJSONSchemaV1['~standard'];
}

const target = 'draft-2020-12';

/**
 * Makes plain JSON Schema a `format` whose answers are validated. The type is what you say it is: `jsonSchema<User>(…)`.
 *
 * @throws TypeError when `format` is no object. What is wrong inside the schema is told when it is first used.
 */
export function jsonSchema<T = unknown>(format: PlainFormat): JsonSchemaFormat<T> {
  const { name, schema } = namedSchema(format);
  const give = (options: { readonly target: string }): Record<string, unknown> => {
    if (options.target === target) return name === undefined ? { ...schema } : { ...schema, title: name };
    throw new TypeError(
      `target must be "${target}", the only version that this schema is in, got "${options.target}".`,
    );
  };
  return {
    '~standard': {
      version: 1,
      vendor: 'melliflow',
      jsonSchema: { input: give, output: give },
      validate: async (value) => {
        const issues: readonly StandardIssue[] = await issuesOf(schema, value);
        return issues.length > 0 ? { issues } : { value: value as T };
      },
    },
  };
}
