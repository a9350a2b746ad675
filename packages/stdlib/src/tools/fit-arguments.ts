import type { JsonSchema } from '@melliflow/core';
import { brokenLimits, fitsPattern } from './argument-limits.js';
import { gotWords, typesOf, wantedWords } from './argument-words.js';
import { isRecord, kindOf } from './json-kind.js';
import { listOf, referredBy, takesNull } from './schema-parts.js';
import type { ArgumentIssue } from './tool-arguments-error.js';

/** How arguments are made to fit. */
export interface FitSettings {
  /** Whether a value of another type is taken where it can be read for certain, such as `"5"` for 5. */
  readonly coerce: boolean;
  /** Whether arguments that the parameters do not name are an issue. */
  readonly named: boolean;
  /** Whether texts directly among the arguments lose the spaces around them. */
  readonly trim: boolean;
  /** Whether null stands for an optional argument that is left out. */
  readonly nullIsAbsent: boolean;
}

/** The arguments as far as they could be made to fit, and what is still wrong. */
export interface Fit {
  readonly value: unknown;
  readonly issues: readonly ArgumentIssue[];
}

/** Deeper than any tool describes its arguments; a schema may contain itself. */
const DEEPEST = 200;
/** More values than a call has; alternatives within alternatives multiply. */
const MOST_STEPS = 200_000;

interface Fitting extends FitSettings {
  readonly root: JsonSchema;
  readonly issues: ArgumentIssue[];
  readonly work: { steps: number };
}

type At = { readonly path: string; readonly depth: number };

/**
 * Makes arguments fit the JSON Schema of their parameters: what can be read for certain is read, absent ones get
 * their defaults, and each issue is told by itself. Keys of any name stay data. The arguments themselves are left alone.
 */
export function fitArguments(args: unknown, schema: JsonSchema, settings: FitSettings): Fit {
  const fitting: Fitting = { ...settings, root: schema, issues: [], work: { steps: 0 } };
  const value = fit(args, { type: 'object', properties: {}, ...schema }, { path: '', depth: 0 }, fitting);
  return { value, issues: fitting.issues };
}

function fit(value: unknown, schema: unknown, at: At, fitting: Fitting): unknown {
  if (schema === false) return wrong(value, 'nothing', at, fitting);
  if (!isRecord(schema)) return value;
  fitting.work.steps += 1;
  if (at.depth > DEEPEST || fitting.work.steps > MOST_STEPS)
    return wrong(value, 'a simpler value', at, fitting);
  const deeper = { path: at.path, depth: at.depth + 1 };
  let fitted = '$ref' in schema ? fit(value, referredBy(schema.$ref, fitting.root), deeper, fitting) : value;
  const before = fitting.issues.length;
  fitted = fitOwn(fitted, schema, at, fitting);
  if (fitting.issues.length > before) return fitted;
  for (const part of listOf(schema.allOf)) fitted = fit(fitted, part, deeper, fitting);
  for (const branches of [schema.anyOf, schema.oneOf])
    if (Array.isArray(branches)) fitted = fitOne(fitted, branches, schema, deeper, fitting);
  return fitted;
}

/** What the schema itself says of the value. */
function fitOwn(value: unknown, schema: JsonSchema, at: At, fitting: Fitting): unknown {
  const typed = ofType(value, schema, fitting);
  const member = typed === undefined ? undefined : amongMembers(typed, schema, fitting);
  if (member === undefined) return wrong(value, wantedWords(schema), at, fitting);
  for (const words of brokenLimits(member, schema)) wrong(member, words, at, fitting);
  if (Array.isArray(member)) return fitItems(member, schema, at, fitting);
  return isRecord(member) ? fitProperties(member, schema, at, fitting) : member;
}

/** The value as one of the schema's types; undefined when it is none. A type that nobody knows takes everything. */
function ofType(value: unknown, schema: JsonSchema, { coerce }: Fitting): unknown {
  const kinds = typesOf(schema).map(kindOf);
  if (kinds.length === 0 || kinds.some((kind) => kind === undefined || kind.fits(value))) return value;
  if (!coerce) return undefined;
  for (const kind of kinds) {
    const read = kind?.coerce(value);
    if (read !== undefined) return read;
  }
  return undefined;
}

/** The value as one of `enum` or `const`; undefined when it is none. A text may name a member that is no text. */
function amongMembers(value: unknown, schema: JsonSchema, { coerce }: Fitting): unknown {
  const members = 'const' in schema ? [schema.const] : schema.enum;
  if (!Array.isArray(members)) return value;
  const text = JSON.stringify(value);
  if (members.some((member) => JSON.stringify(member) === text)) return value;
  if (!coerce || typeof value === 'object') return undefined;
  const named = members.filter((member) => String(member) === String(value).trim());
  return named.length === 1 ? named[0] : undefined;
}

function fitItems(items: readonly unknown[], schema: JsonSchema, at: At, fitting: Fitting): unknown[] {
  const first = listOf(schema.prefixItems);
  return items.map((item, i) =>
    fit(
      item,
      i < first.length ? first[i] : schema.items,
      { path: `${at.path}[${i}]`, depth: at.depth + 1 },
      fitting,
    ),
  );
}

/** In the order of the schema, then what it does not name. */
function fitProperties(
  record: Readonly<Record<string, unknown>>,
  schema: JsonSchema,
  at: At,
  fitting: Fitting,
): Record<string, unknown> {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const required = new Set(listOf(schema.required));
  const fitted: [string, unknown][] = [];
  const below = (key: string): At => ({
    path: at.path === '' ? key : `${at.path}.${key}`,
    depth: at.depth + 1,
  });
  for (const [key, property] of Object.entries(properties)) {
    const given = Object.hasOwn(record, key) ? record[key] : undefined;
    const absent =
      given === undefined || (given === null && fitting.nullIsAbsent && !takesNull(property, fitting.root));
    if (!absent || (given === null && required.has(key))) {
      const before = fitting.issues.length;
      const value = fit(given, property, below(key), fitting);
      const trims = fitting.trim && at.depth === 0 && fitting.issues.length === before;
      fitted.push([key, trims && typeof value === 'string' ? value.trim() : value]);
    } else if (isRecord(property) && property.default !== undefined) {
      fitted.push([key, structuredClone(property.default)]);
    } else if (required.has(key)) {
      wrong(undefined, isRecord(property) ? wantedWords(property) : 'a value', below(key), fitting);
    }
  }
  for (const key of required)
    if (!Object.hasOwn(properties, key as string) && !Object.hasOwn(record, key as string))
      wrong(undefined, 'a value', below(String(key)), fitting);
  for (const [key, value] of Object.entries(record)) {
    if (Object.hasOwn(properties, key)) continue;
    fitted.push([
      key,
      fit(value, patternedOf(schema, key) ?? othersOf(schema, fitting), below(key), fitting),
    ]);
  }
  return Object.fromEntries(fitted);
}

/** What is said of properties whose names look like this one. */
function patternedOf({ patternProperties: patterned }: JsonSchema, key: string): unknown {
  if (!isRecord(patterned)) return undefined;
  return Object.entries(patterned).find(([pattern]) => fitsPattern(key, pattern))?.[1];
}

/** What is said of properties without a name of their own. */
function othersOf(schema: JsonSchema, { named }: Fitting): unknown {
  const { additionalProperties: others } = schema;
  if (others !== undefined) return others;
  const closed =
    named &&
    isRecord(schema.properties) &&
    !['allOf', 'anyOf', 'oneOf', '$ref', 'patternProperties'].some((word) => word in schema);
  return !closed;
}

/** The branch that the value fits as it is, else the first that it can be made to fit. */
function fitOne(
  value: unknown,
  branches: readonly unknown[],
  schema: JsonSchema,
  at: At,
  fitting: Fitting,
): unknown {
  const tried: Fit[] = [];
  for (const coerce of fitting.coerce ? [false, true] : [false]) {
    for (const branch of branches) {
      const trial: Fitting = { ...fitting, coerce, issues: [] };
      const fitted = { value: fit(value, branch, at, trial), issues: trial.issues };
      if (fitted.issues.length === 0) return fitted.value;
      tried.push(fitted);
    }
  }
  const nearest = tried.findLast(({ issues }) => issues.every(({ path }) => path !== at.path));
  if (!nearest) return wrong(value, wantedWords({ anyOf: schema.anyOf ?? schema.oneOf }), at, fitting);
  fitting.issues.push(...nearest.issues);
  return nearest.value;
}

function wrong(value: unknown, wanted: string, { path }: At, fitting: Fitting): unknown {
  fitting.issues.push({ path, wanted, got: gotWords(value) });
  return value;
}
