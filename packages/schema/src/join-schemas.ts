import type { JsonSchema } from '@melliflow/core';
import type { Definitions } from './definitions.js';
import { descriptionOf, type MutableSchema, onlyTells, schemasIn } from './keywords.js';
import { type Place, placeIn } from './losses.js';
import { mergeSchemas, possible } from './merge-schemas.js';
import type { Writing } from './writing.js';

/** How many schemas may be joined before the rest is left apart: bounds what nested `allOf` can grow to. */
const MAX_JOINS = 1000;

/** What a schema is made of. */
export interface FlatSchema {
  readonly parts: readonly JsonSchema[];
  readonly refs: readonly unknown[];
}

/** Takes `allOf` and references apart from the rest; what only tells is no part. */
export function flatten(source: JsonSchema): FlatSchema {
  const parts: JsonSchema[] = [];
  const refs = new Set<unknown>();
  const open: JsonSchema[] = [source];
  for (let schema = open.pop(); schema !== undefined; schema = open.pop()) {
    const { allOf, $ref, ...own } = schema;
    if ($ref !== undefined) refs.add($ref);
    if (!onlyTells(own)) parts.push(own);
    open.push(...[...possible(schemasIn(allOf))].reverse());
  }
  return { parts, refs: [...refs] };
}

/** Joins schemas, within a budget. */
export interface Joiner {
  /** Whether the budget allows one more. */
  mayJoin(): boolean;
  /** One schema for `allOf` and for references that stand beside other keywords. */
  join(source: JsonSchema, at: Place): MutableSchema;
}

/** A budget of joins over one document. */
export function joiner(definitions: Definitions, lose: Writing['lose']): Joiner {
  let joins = 0;
  const mayJoin = (): boolean => ++joins <= MAX_JOINS;

  function join(source: JsonSchema, at: Place): MutableSchema {
    const parts: JsonSchema[] = [descriptionOf(source)];
    const seen = new Set<unknown>();
    const open: JsonSchema[] = [source];
    for (let schema = open.pop(); schema !== undefined; schema = open.pop()) {
      const flat = flatten(schema);
      parts.push(...flat.parts);
      for (const ref of flat.refs) {
        const target = definitions.target(ref);
        if (target === undefined) lose('unsupported', '$ref', placeIn(at, '$ref'), 'leads nowhere');
        if (typeof target !== 'object' || seen.has(target)) continue;
        seen.add(target);
        if (mayJoin()) open.push(target);
        else lose('unsupported', 'allOf', at, 'is too intricate to be joined');
      }
    }
    return mergeSchemas(parts, (keyword) =>
      lose('unsupported', 'allOf', at, `has several "${keyword}", of which the first is enforced`),
    );
  }

  return { mayJoin, join };
}
