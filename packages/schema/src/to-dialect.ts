import type { GenerationWarning, JsonSchema } from '@melliflow/core';
import { type DialectName, dialects } from './dialects.js';
import { isSchemaObject, type MutableSchema } from './keywords.js';
import { type Loss, toWarnings } from './losses.js';
import { openaiLimits } from './openai-limits.js';
import { restorer } from './restore.js';
import { writeSchema } from './write-schema.js';

export interface DialectOptions {
  /** The option that warnings name: `format`, or `tools` for a tool's parameters. Default: `format`. */
  option?: string | undefined;
}

/** A schema as one provider takes it, and the way back. */
export interface DialectSchema {
  /** What to send. */
  readonly schema: JsonSchema;
  /** Whether `restore` can change a value: if not, text may be handed on as it comes. */
  readonly restores: boolean;
  /** Takes an answer to what the user's schema expects; an answer in another form is left as it is. */
  restore(value: unknown): unknown;
  /** The same for JSON text; text that is not JSON is left as it is. */
  restoreText(text: string): string;
  /** What the provider will not enforce or is told otherwise, place by place. */
  readonly losses: readonly Loss[];
  /** The same as warnings for a generation, one for each keyword. */
  readonly warnings: readonly GenerationWarning[];
}

/** The property that holds a value where the provider wants an object around it. */
const WRAPPED = 'value';

/**
 * What `schema` becomes for a provider. What the provider cannot enforce is left out and reported, so validate the
 * answer with the user's schema; `schema` itself is not changed.
 *
 * @throws TypeError when `schema` is not plain JSON Schema, names an unknown type, or there is no such dialect.
 */
export function toDialect(
  schema: JsonSchema,
  dialect: DialectName,
  { option = 'format' }: DialectOptions = {},
): DialectSchema {
  if (!isSchemaObject(schema)) {
    throw new TypeError(`schema must be JSON Schema as an object, got ${JSON.stringify(schema)}.`);
  }
  const table = Object.hasOwn(dialects, dialect) ? dialects[dialect] : undefined;
  if (table === undefined) {
    throw new TypeError(`dialect must be one of ${Object.keys(dialects).join(', ')}, got "${dialect}".`);
  }
  if (table === null) return asItIs(schema);
  const written = writeSchema(schema, table);
  const { definitions, marks } = written;
  const isWrapped = table.objectAtRoot && !(written.schema.type === 'object' && written.schema.properties);
  const root = isWrapped ? wrapped(written.schema) : written.schema;
  const named = Object.keys(definitions).length > 0 ? { ...root, $defs: definitions } : root;
  const losses = [...distinct(written.losses), ...(dialect === 'openai-strict' ? openaiLimits(named) : [])];
  const inner = restorer(written);
  const restore = (value: unknown): unknown => inner(isWrapped ? unwrapped(value) : value);
  return {
    schema: named,
    restores: isWrapped || marks.nullWhenAbsent.size > 0 || marks.entries.size > 0,
    restore,
    restoreText: (text) => restoredText(text, restore),
    losses,
    warnings: toWarnings(losses, table.label, option),
  };
}

function asItIs(schema: JsonSchema): DialectSchema {
  return {
    schema,
    restores: false,
    restore: (value) => value,
    restoreText: (text) => text,
    losses: [],
    warnings: [],
  };
}

/** A schema that is written at several places loses the same at one place of the source. */
function distinct(losses: readonly Loss[]): Loss[] {
  return [...new Map(losses.map((loss) => [`${loss.pointer} ${loss.what}`, loss])).values()];
}

function wrapped(schema: MutableSchema): MutableSchema {
  return {
    type: 'object',
    properties: { [WRAPPED]: schema },
    required: [WRAPPED],
    additionalProperties: false,
  };
}

function unwrapped(value: unknown): unknown {
  return isSchemaObject(value) && Object.hasOwn(value, WRAPPED) ? value[WRAPPED] : value;
}

function restoredText(text: string, restore: (value: unknown) => unknown): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text; // whoever reads it as JSON says what is wrong with it
  }
  return JSON.stringify(restore(value));
}
