import type { JsonSchema, StandardIssue, StandardJSONSchemaV1, StandardSchemaV1 } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { gotWords } from './argument-words.js';
import { isRecord } from './json-kind.js';
import type { ArgumentIssue } from './tool-arguments-error.js';

/** A schema of zod 4.2+, ArkType or Valibot for the arguments of a tool: `I` as they are given, `A` as they are used. */
export type ToolParameters<I, A> = StandardSchemaV1<I, A> & StandardJSONSchemaV1;

/** Plain JSON Schema for the arguments of a tool. */
export type PlainToolParameters = JsonSchema & { readonly '~standard'?: never };

/** Parameters as they are described to a model, and the library's own check of them; null for plain JSON Schema. */
export interface ReadParameters {
  readonly schema: JsonSchema;
  readonly standard: StandardSchemaV1['~standard'] | null;
}

/** @throws TypeError when `parameters` is no schema of an object; it says which tool's. */
export function readParameters(parameters: unknown, tool: string): ReadParameters {
  if (!isRecord(parameters) && typeof parameters !== 'function') {
    const wanted = 'a schema of zod, ArkType or Valibot, or JSON Schema';
    throw new TypeError(
      `The parameters of the tool "${tool}" must be ${wanted}, got ${describe(parameters)}.`,
    );
  }
  const { '~standard': standard } = parameters as Partial<ToolParameters<unknown, unknown>>;
  if (standard === undefined) return { schema: ofObject(parameters as JsonSchema, tool), standard: null };
  if (typeof standard.jsonSchema?.input !== 'function') {
    throw new TypeError(
      `The parameters of the tool "${tool}" cannot be described to a model: this ${standard.vendor} schema gives no ` +
        'JSON Schema. Use zod 4.2+, ArkType, Valibot with its JSON Schema package, or plain JSON Schema.',
    );
  }
  const { $schema: _, ...schema } = standard.jsonSchema.input({ target: 'draft-2020-12' });
  return { schema: ofObject(schema, tool), standard };
}

/** Arguments have names: whatever else the schema says, it describes an object. */
function ofObject(schema: JsonSchema, tool: string): JsonSchema {
  if (schema.type === 'object') return schema;
  if (schema.type === undefined) return { type: 'object', ...schema };
  throw new TypeError(
    `The parameters of the tool "${tool}" must describe an object, whose properties are the arguments; ` +
      `got the type ${JSON.stringify(schema.type)}.`,
  );
}

/** What a library's check says is wrong with `args`, as our own issues are told. */
export function standardIssues(issues: readonly StandardIssue[], args: unknown): ArgumentIssue[] {
  return issues.map(({ message, path = [] }) => {
    const keys = path.map((step) => (typeof step === 'object' ? step.key : step));
    const got = keys.reduce<unknown>((at, key) => (isHolder(at) ? Reflect.get(at, key) : undefined), args);
    return { path: pathWords(keys), wanted: `another value (${message})`, got: gotWords(got) };
  });
}

function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function pathWords(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${key}]`;
    return path === '' ? String(key) : `${path}.${String(key)}`;
  }, '');
}
