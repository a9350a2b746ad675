import type { JsonSchema } from '@melliflow/core';
import {
  allowsAnything,
  isSchemaObject,
  type MutableSchema,
  onlyTells,
  type Subschema,
  typesOf,
} from './keywords.js';
import { literalsOf } from './literals.js';
import { type Place, placeIn } from './losses.js';
import { writeChecks } from './write-checks.js';
import type { Writing } from './writing.js';

/** Writes an object: one with named properties, or a map from keys to values. */
export function writeObject(
  writing: Writing,
  schema: JsonSchema,
  out: MutableSchema,
  at: Place,
  isRoot: boolean,
): void {
  const isUnnamed = schema.properties === undefined;
  const further = furtherOf(schema, isUnnamed && !isRoot);
  const keys = isUnnamed ? enumeratedKeys(schema) : null;
  const properties = propertiesOf(schema, keys ?? [], further);
  const isMap = isUnnamed && properties.size === 0 && further !== undefined && further !== false;
  if (isMap) writeMap(writing, schema, further, out, at);
  else if (keys) writeProperties(writing, { ...schema, propertyNames: true }, properties, false, out, at);
  else writeProperties(writing, schema, properties, further, out, at);
}

/** The keys of a map that has a closed list of them. */
function enumeratedKeys({ propertyNames }: JsonSchema): readonly string[] | null {
  const keys = isSchemaObject(propertyNames) ? literalsOf(propertyNames) : null;
  return keys?.every((key) => typeof key === 'string') ? keys : null;
}

/** The named properties. One that only `required` or `propertyNames` name is as all further ones are. */
function propertiesOf(
  schema: JsonSchema,
  keys: readonly string[],
  further: Subschema | undefined,
): ReadonlyMap<string, Subschema> {
  const named = isSchemaObject(schema.properties) ? Object.entries(schema.properties) : [];
  const properties = new Map(named.filter((entry): entry is [string, Subschema] => entry[1] !== false));
  for (const name of [...keys, ...requiredIn(schema)]) {
    if (!properties.has(name)) properties.set(name, further || true);
  }
  return properties;
}

function requiredIn({ required }: JsonSchema): readonly string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
}

/** The schema of properties without a name of their own; `undefined` where nothing is said of them. */
function furtherOf(schema: JsonSchema, orAnything: boolean): Subschema | undefined {
  const { additionalProperties, unevaluatedProperties, patternProperties } = schema;
  const [ofPattern, ...more] = isSchemaObject(patternProperties) ? Object.values(patternProperties) : [];
  if (ofPattern !== undefined && more.length === 0 && additionalProperties !== true) {
    if (isSchemaObject(ofPattern)) return ofPattern;
  }
  const stated = additionalProperties ?? unevaluatedProperties ?? (orAnything || undefined);
  return typeof stated === 'boolean' || isSchemaObject(stated) ? stated : undefined;
}

function writeProperties(
  writing: Writing,
  schema: JsonSchema,
  properties: ReadonlyMap<string, Subschema>,
  further: Subschema | undefined,
  out: MutableSchema,
  at: Place,
): void {
  const { dialect, marks } = writing;
  const required = new Set(requiredIn(schema));
  const nullWhenAbsent = new Set<string>();
  const written = [...properties].map(([name, property]) => {
    const mustAdmitNull =
      dialect.optional === 'nullable' && !required.has(name) && !writing.allowsNull(property);
    if (mustAdmitNull) nullWhenAbsent.add(name);
    return [name, writing.later(property, placeIn(at, 'properties', name), mustAdmitNull)] as const;
  });
  out.properties = Object.fromEntries(written);
  out.required = dialect.optional === 'nullable' ? [...properties.keys()] : [...required];
  if (nullWhenAbsent.size > 0) marks.nullWhenAbsent.set(out, nullWhenAbsent);
  if (dialect.closed) {
    out.additionalProperties = false;
    if (further !== undefined && further !== false) {
      const what = 'is closed: only the named properties can come';
      writing.lose('unsupported', 'additionalProperties', placeIn(at, 'additionalProperties'), what);
    }
  } else if (further !== undefined) {
    out.additionalProperties = allowsAnything(further)
      ? true
      : further && writing.later(further, placeIn(at, 'additionalProperties'));
  }
  writeChecks(writing, 'object', schema, out, at);
}

function writeMap(
  writing: Writing,
  schema: JsonSchema,
  values: Subschema,
  out: MutableSchema,
  at: Place,
): void {
  const value = placeIn(at, 'additionalProperties');
  if (!writing.dialect.closed) {
    out.additionalProperties = allowsAnything(values) ? true : writing.later(values, value);
    writeChecks(writing, 'object', schema, out, at);
    return;
  }
  const keys = keysOf(schema);
  writing.marks.entries.add(out);
  writing.lose('changed', 'additionalProperties', value, 'is told as a list of keys and values');
  out.type = 'array';
  out.items = {
    type: 'object',
    properties: {
      key: writing.later(keys ?? { type: 'string' }, placeIn(at, 'propertyNames')),
      value: writing.later(values, value),
    },
    required: ['key', 'value'],
    additionalProperties: false,
  };
  const { minProperties: minItems, maxProperties: maxItems } = schema;
  const counted = {
    ...(minItems !== undefined && { minItems }),
    ...(maxItems !== undefined && { maxItems }),
  };
  const told = ['minProperties', 'maxProperties', ...(keys ? ['propertyNames'] : [])];
  Object.assign(out, counted);
  writeChecks(writing, 'object', schema, out, at, ...told);
}

/** The schema of a map's keys, if it is one of plain texts. */
function keysOf({ propertyNames }: JsonSchema): JsonSchema | null {
  if (!isSchemaObject(propertyNames) || onlyTells(propertyNames)) return null;
  const types = typesOf(propertyNames);
  return types.length === 1 && types[0] === 'string' ? propertyNames : null;
}
