import type { JsonSchema } from '@melliflow/core';
import { Definitions, lastStep } from './definitions.js';
import type { Dialect } from './dialects.js';
import { areExclusive } from './exclusive.js';
import { flatten, type Joiner, joiner } from './join-schemas.js';
import {
  allowsAnything,
  checksOfAnyType,
  checksOfType,
  descriptionOf,
  type JsonType,
  type MutableSchema,
  narrowedTo,
  onlyTells,
  type Subschema,
  schemasIn,
  typesOf,
} from './keywords.js';
import { literalSchema, literalsOf, typesOfLiterals } from './literals.js';
import { type Loss, type Place, placeIn, pointerTo } from './losses.js';
import { bothSchemas, possible } from './merge-schemas.js';
import { nullability } from './nullability.js';
import { writeArray } from './write-array.js';
import { writeChecks } from './write-checks.js';
import { writeObject } from './write-object.js';
import type { Marks, Writing, WrittenSchema } from './writing.js';

interface Job {
  readonly source: Subschema;
  readonly out: MutableSchema;
  readonly at: Place;
  readonly nullable: boolean;
  /** Whether it has a name of its own, so that what it refers to may be joined into it. */
  readonly isNamed: boolean;
}

/** Writes `root` in a dialect: a queue of places to fill, so that no depth of the schema is too much. */
export function writeSchema(root: JsonSchema, dialect: Dialect): WrittenSchema {
  const rootPlace: Place = { parent: null, step: '#' };
  const definitions = new Definitions(root);
  const rootSource = definitions.followed(root);
  const rootOut: MutableSchema = {};
  const losses: Loss[] = [];
  const marks: Marks = { nullWhenAbsent: new Map(), entries: new Set(), tuples: new Map() };
  const written = new Map<string, MutableSchema>();
  const jobs: Job[] = [];
  const siblingsOf = new WeakMap<JsonSchema, JsonSchema>();

  const writing: Writing = {
    dialect,
    marks,
    lose: (kind, keyword, at, what) => losses.push({ kind, keyword, pointer: pointerTo(at), what }),
    later(source, at, nullable = false) {
      const out: MutableSchema = {};
      jobs.push({ source, out, at, nullable, isNamed: false });
      return out;
    },
    allowsNull: nullability((ref) => definitions.target(ref)),
  };

  const joining: Joiner = joiner(definitions, writing.lose);

  function fill({ source, out, at, nullable, isNamed }: Job): void {
    const inner = nullable ? {} : out;
    write(source, inner, at, isNamed);
    if (nullable) admitNull(inner, out);
  }

  function admitNull(inner: MutableSchema, out: MutableSchema): void {
    const alternatives = inner[dialect.union];
    const isBare = typeof inner.type === 'string' && onlyTells(inner, 'type') && inner.type !== 'array';
    if (isBare && inner.type !== 'object') Object.assign(out, inner, { type: [inner.type, 'null'] });
    else if (Array.isArray(alternatives))
      Object.assign(out, inner, { [dialect.union]: [...alternatives, { type: 'null' }] });
    else out[dialect.union] = [inner, { type: 'null' }];
  }

  function write(source: Subschema, out: MutableSchema, at: Place, isNamed: boolean): void {
    if (typeof source === 'boolean' || allowsAnything(source)) {
      writeAnything(source, out, at);
      return;
    }
    const { parts, refs } = flatten(source);
    const isReference = refs.length === 1 && parts.length === 0;
    if (isReference) writeRef(refs[0], source, out, at);
    else if (refs.length > 0 && !isNamed) refer(source, lastStep(refs[0]), out, at);
    else writeJoined(source, joining.join(source, at), out, at);
  }

  function writeJoined(source: JsonSchema, schema: JsonSchema, out: MutableSchema, at: Place): void {
    for (const keyword of checksOfAnyType) {
      if (keyword in schema) writing.lose('unsupported', keyword, placeIn(at, keyword), 'is not enforced');
    }
    const union = unionOf(schema, at);
    if (union) writeUnion(source, schema, union, out, at);
    else writeTyped(schema, out, at);
  }

  function writeRef(ref: unknown, source: JsonSchema, out: MutableSchema, at: Place): void {
    const target = definitions.target(ref);
    if (target === undefined) writing.lose('unsupported', '$ref', placeIn(at, '$ref'), 'leads nowhere');
    if (typeof target === 'object') writeRefTo(target, ref, source, out);
    else writeAnything(true, out, at);
  }

  function writeRefTo(target: JsonSchema, ref: unknown, source: JsonSchema, out: MutableSchema): void {
    const isLocal = typeof ref === 'string' && ref.startsWith('#/');
    const place = isLocal ? placeIn(rootPlace, ...ref.slice(2).split('/')) : rootPlace;
    const described = descriptionOf(source);
    const isDescribed = Object.keys(described).length > 0;
    const inner = isDescribed ? {} : out;
    refer(target, lastStep(ref), inner, place);
    if (isDescribed) Object.assign(out, described, { [dialect.union]: [inner] });
  }

  function refer(source: JsonSchema, wish: string, out: MutableSchema, at: Place): void {
    const { name, isNew } = definitions.nameOf(source, wish);
    out.$ref = `#/$defs/${name}`;
    if (!isNew) return;
    const definition: MutableSchema = source === rootSource ? rootOut : {};
    written.set(name, definition);
    if (definition !== rootOut) jobs.push({ source, out: definition, at, nullable: false, isNamed: true });
  }

  function writeAnything(source: Subschema, out: MutableSchema, at: Place): void {
    const { anything, anythingLacks } = dialect;
    const described = typeof source === 'object' ? descriptionOf(source) : {};
    Object.assign(out, described, structuredClone(anything));
    if (anythingLacks) writing.lose('unsupported', 'type', at, `is open, but ${anythingLacks} cannot come`);
  }

  interface Union {
    readonly keyword: 'anyOf' | 'oneOf';
    readonly alternatives: readonly JsonSchema[];
  }

  function unionOf(schema: JsonSchema, at: Place): Union | null {
    const keyword = schema.anyOf === undefined ? 'oneOf' : 'anyOf';
    const alternatives = possible(schemasIn(schema[keyword]));
    if (alternatives.length === 0) return null;
    if (keyword === 'anyOf' && schema.oneOf !== undefined)
      writing.lose('unsupported', 'oneOf', placeIn(at, 'oneOf'), 'stands beside "anyOf" and is not enforced');
    const targets = alternatives.map((one) => {
      const target = onlyTells(one, '$ref') ? definitions.target(one.$ref) : one;
      return typeof target === 'object' ? target : one;
    });
    if (keyword === 'oneOf' && !areExclusive(targets)) {
      const what = 'is told as alternatives: that only one of them fits is not enforced';
      writing.lose('changed', 'oneOf', placeIn(at, 'oneOf'), what);
    }
    return { keyword, alternatives };
  }

  /** Alternatives; what stands beside them belongs to each. */
  function writeUnion(
    source: JsonSchema,
    schema: JsonSchema,
    { keyword, alternatives }: Union,
    out: MutableSchema,
    at: Place,
  ): void {
    const { anyOf, oneOf, title, description, ...beside } = schema;
    const siblings = siblingsOf.get(source) ?? beside;
    siblingsOf.set(source, siblings);
    const stands = !onlyTells(siblings, ...checksOfAnyType);
    const joined = alternatives.map((one) => {
      if (!stands) return one;
      if (joining.mayJoin()) return bothSchemas(siblings, one);
      writing.lose('unsupported', keyword, at, 'is too intricate to be joined with what stands beside it');
      return one;
    });
    Object.assign(out, descriptionOf(schema), {
      [dialect.union]: joined.map((one, index) => writing.later(one, placeIn(at, keyword, index))),
    });
  }

  function writeTyped(schema: JsonSchema, out: MutableSchema, at: Place): void {
    Object.assign(out, descriptionOf(schema));
    const literals = literalsOf(schema);
    const [type, ...more] = knownTypesOf(schema, at);
    if (literals) writeLiterals(schema, literals, out, at);
    else if (type === undefined) writeAnything(schema, out, at);
    else if (more.length === 0) writeType(type, schema, out, at);
    else writeTypes([type, ...more], schema, out, at);
  }

  function writeTypes(types: readonly JsonType[], schema: JsonSchema, out: MutableSchema, at: Place): void {
    const areBare = onlyTells(schema, 'type') && !types.includes('object') && !types.includes('array');
    if (areBare) out.type = [...types];
    else out[dialect.union] = types.map((one) => writing.later(narrowedTo(one, schema), at));
  }

  function writeLiterals(
    schema: JsonSchema,
    literals: readonly unknown[],
    out: MutableSchema,
    at: Place,
  ): void {
    const isDeep = literals.some((literal) => typeof literal === 'object' && literal !== null);
    if (!isDeep) out.type = typesOfLiterals(schema, literals);
    if (isDeep && !dialect.deepLiterals)
      out[dialect.union] = literals.map((literal) => writing.later(literalSchema(literal), at));
    else Object.assign(out, literals.length === 1 ? { const: literals[0] } : { enum: [...literals] });
  }

  function writeType(type: JsonType, schema: JsonSchema, out: MutableSchema, at: Place): void {
    out.type = type;
    if (type === 'object') writeObject(writing, schema, out, at, at === rootPlace);
    else if (type === 'array') writeArray(writing, schema, out, at);
    else writeChecks(writing, type, schema, out, at);
  }

  jobs.push({ source: rootSource, out: rootOut, at: rootPlace, nullable: false, isNamed: true });
  for (const job of jobs) fill(job);
  return { schema: rootOut, definitions: Object.fromEntries(written), losses, marks };
}

function knownTypesOf(schema: JsonSchema, at: Place): readonly JsonType[] {
  const types = typesOf(schema);
  const unknown = types.find((type) => !Object.hasOwn(checksOfType, type));
  if (unknown === undefined) return types;
  const known = Object.keys(checksOfType).join(', ');
  throw new TypeError(
    `schema: type at ${pointerTo(at)} must be one of ${known}; got ${JSON.stringify(unknown)}.`,
  );
}
