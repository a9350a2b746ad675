import type { JsonSchema } from '@melliflow/core';
import { isSchemaObject, type MutableSchema, type Subschema, schemasIn } from './keywords.js';
import { type Place, placeIn } from './losses.js';
import { writeChecks } from './write-checks.js';
import type { Writing } from './writing.js';

/** Writes a list or a tuple. */
export function writeArray(writing: Writing, schema: JsonSchema, out: MutableSchema, at: Place): void {
  const prefix = schemasIn(schema.prefixItems);
  const items = furtherItems(schema);
  if (prefix.length > 0) writeTuple(writing, prefix, items, out, at);
  else if (items !== false) out.items = writing.later(items ?? true, placeIn(at, 'items'));
  else out.items = writing.later(true, at);
  writeChecks(writing, 'array', schema, out, at);
  if (items === false) out.maxItems = Math.min(prefix.length, Number(schema.maxItems ?? prefix.length));
}

function furtherItems({ items, unevaluatedItems }: JsonSchema): Subschema | undefined {
  const stated = items ?? unevaluatedItems;
  return typeof stated === 'boolean' || isSchemaObject(stated) ? stated : undefined;
}

function writeTuple(
  writing: Writing,
  prefix: readonly Subschema[],
  items: Subschema | undefined,
  out: MutableSchema,
  at: Place,
): void {
  const { tuples, union } = writing.dialect;
  const isClosed = items === false || items === undefined;
  const written = prefix.map((item, index) => writing.later(item, placeIn(at, 'prefixItems', index)));
  const rest = isClosed ? [] : [writing.later(items, placeIn(at, 'items'))];
  if (tuples === 'all' || (tuples === 'closed' && isClosed)) {
    out.prefixItems = written;
    if (rest[0]) out.items = rest[0];
    return;
  }
  const what = 'is told as a list: which item stands where is not enforced';
  writing.lose('changed', 'prefixItems', placeIn(at, 'prefixItems'), what);
  const alternatives = [...written, ...rest];
  writing.marks.tuples.set(out, written);
  out.items = alternatives.length === 1 ? alternatives[0] : { [union]: alternatives };
}
