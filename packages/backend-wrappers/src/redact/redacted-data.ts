import type { TextRedactor } from './text-redactor.js';

/** Plain data with every text in it redacted; names of members stay. Itself where nothing changed. */
export function redactedData<T>(value: T, redact: TextRedactor): T {
  if (typeof value === 'string') return redact(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  let isChanged = false;
  const member = (own: unknown): unknown => {
    const clean = redactedData(own, redact);
    isChanged ||= clean !== own;
    return clean;
  };
  const copy = Array.isArray(value)
    ? value.map(member)
    : Object.fromEntries(Object.entries(value).map(([name, own]) => [name, member(own)]));
  return isChanged ? (copy as T) : value;
}

/** Members of JSON Schema that are prose or samples; the others say what the model may answer. */
const prose: ReadonlySet<string> = new Set(['description', 'title', 'examples', 'default', '$comment']);

/** Members of JSON Schema whose members have names of the program. */
const named: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'dependentSchemas',
  '$defs',
  'definitions',
]);

/** Members of JSON Schema that are values, not schemas. */
const values: ReadonlySet<string> = new Set(['enum', 'const', 'required', 'dependentRequired']);

/** A schema with its prose redacted. Names, patterns and allowed values stay: answers are held to them. */
export function redactedSchema<T>(schema: T, redact: TextRedactor): T {
  if (Array.isArray(schema)) return schema.map((one) => redactedSchema(one, redact)) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  const members = Object.entries(schema).map(([name, value]) => {
    if (prose.has(name)) return [name, redactedData(value, redact)];
    if (values.has(name)) return [name, value];
    return [name, named.has(name) ? eachOf(value, redact) : redactedSchema(value, redact)];
  });
  return Object.fromEntries(members) as T;
}

function eachOf(schemas: unknown, redact: TextRedactor): unknown {
  if (typeof schemas !== 'object' || schemas === null) return schemas;
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, redactedSchema(schema, redact)]),
  );
}
