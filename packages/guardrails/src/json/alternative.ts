import type { JsonSchema } from '@melliflow/core';
import { type Conjunction, isSchema } from './flat-schemas.js';
import { type TextTree, textTree } from './text-tree.js';

/** What a JSON value is, told by its first character. */
export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

/** One way to read a schema at one place, in the form that a text is held against. */
export interface Alternative {
  readonly kinds: ReadonlySet<JsonKind>;
  readonly integer: boolean;
  /** The texts that are allowed, if they are listed. */
  readonly texts: TextTree | null;
  /** The values other than texts that are allowed, if they are listed. */
  readonly values: readonly unknown[] | null;
  readonly minLength: number;
  readonly maxLength: number;
  readonly minItems: number;
  readonly maxItems: number;
  readonly minProperties: number;
  /** No more than there are allowed names: each may come once. */
  readonly maxProperties: number;
  readonly required: readonly string[];
  /** The names that are allowed, if all are listed. */
  readonly names: TextTree | null;
  /** Whether a number is within all bounds. */
  inBounds(value: number): boolean;
  /** Whether a number below zero may fit, and one that is not. */
  readonly mayBeNegative: boolean;
  readonly mayBePositive: boolean;
  /** Whether the schema names this property. */
  declares(name: string): boolean;
  /** The schemas of the property of that name. */
  property(name: string): readonly unknown[];
  /** The schemas of the item at that index. */
  item(index: number): readonly unknown[];
  /** From this index on all items have the same schemas. */
  readonly sameFrom: number;
}

const allKinds: readonly JsonKind[] = ['object', 'array', 'string', 'number', 'boolean', 'null'];

/** Joins the keywords of schemas that must all hold. */
export function alternativeOf(schemas: Conjunction): Alternative {
  const listed = listedValues(schemas);
  const kinds = allKinds.filter((kind) => schemas.every(({ type }) => allowsKind(type, kind)));
  const listedKinds = listed && new Set(listed.map(kindOf));
  const number = (keyword: string): number[] =>
    schemas.map((schema) => schema[keyword]).filter((bound) => typeof bound === 'number');
  const most = (keyword: string): number => Math.min(...number(keyword), Number.POSITIVE_INFINITY);
  const least = (keyword: string): number => Math.max(...number(keyword), 0);
  const names = allowedNames(schemas);
  return {
    kinds: new Set(listedKinds ? kinds.filter((kind) => listedKinds.has(kind)) : kinds),
    integer: schemas.some(({ type }) => wantsInteger(type)),
    texts: listed && textTree(listed.filter((value) => typeof value === 'string')),
    values: listed,
    minLength: least('minLength'),
    maxLength: most('maxLength'),
    minItems: least('minItems'),
    maxItems: most('maxItems'),
    minProperties: least('minProperties'),
    maxProperties: Math.min(most('maxProperties'), names?.length ?? Number.POSITIVE_INFINITY),
    required: schemas.flatMap(({ required }) => (Array.isArray(required) ? required : [])),
    names: names && textTree(names),
    inBounds: (value) =>
      number('minimum').every((bound) => value >= bound) &&
      number('maximum').every((bound) => value <= bound) &&
      number('exclusiveMinimum').every((bound) => value > bound) &&
      number('exclusiveMaximum').every((bound) => value < bound),
    mayBeNegative:
      [...number('minimum'), ...number('exclusiveMinimum')].every((bound) => bound < 0) &&
      (listed?.some((value) => typeof value === 'number' && value < 0) ?? true),
    mayBePositive:
      number('maximum').every((bound) => bound >= 0) &&
      number('exclusiveMaximum').every((bound) => bound > 0) &&
      (listed?.some((value) => typeof value === 'number' && value >= 0) ?? true),
    declares: (name) =>
      schemas.some(({ properties }) => isSchema(properties) && Object.hasOwn(properties, name)),
    property: (name) => schemas.flatMap((schema) => propertySchemas(schema, name)),
    item: (index) => schemas.flatMap((schema) => itemSchemas(schema, index)),
    sameFrom: Math.max(
      0,
      ...schemas.map(({ prefixItems }) => (Array.isArray(prefixItems) ? prefixItems.length : 0)),
    ),
  };
}

function allowsKind(type: unknown, kind: JsonKind): boolean {
  if (type === undefined) return true;
  const types = Array.isArray(type) ? type : [type];
  return types.includes(kind) || (kind === 'number' && types.includes('integer'));
}

function wantsInteger(type: unknown): boolean {
  const types = Array.isArray(type) ? type : [type];
  return types.includes('integer') && !types.includes('number');
}

function kindOf(value: unknown): JsonKind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as JsonKind;
}

/** The values that every `enum` and `const` has; null when there is none of either. */
function listedValues(schemas: Conjunction): readonly unknown[] | null {
  const lists = schemas.flatMap((schema) => [
    ...(Array.isArray(schema.enum) ? [schema.enum as unknown[]] : []),
    ...('const' in schema ? [[schema.const]] : []),
  ]);
  const [first, ...others] = lists;
  return first?.filter((value) => others.every((other) => other.includes(value))) ?? null;
}

function allowedNames(schemas: Conjunction): readonly string[] | null {
  const closed = schemas.filter(
    ({ additionalProperties, patternProperties }) =>
      additionalProperties === false && patternProperties === undefined,
  );
  const [first, ...others] = closed.map(({ properties }) => (properties ?? {}) as Record<string, unknown>);
  if (first === undefined) return null;
  const isAllowed = (name: string): boolean =>
    others.every((other) => Object.hasOwn(other, name)) &&
    schemas.every((schema) => !propertySchemas(schema, name).includes(false));
  return Object.keys(first).filter(isAllowed);
}

function propertySchemas(schema: JsonSchema, name: string): readonly unknown[] {
  const { properties, patternProperties, additionalProperties } = schema;
  const own = isSchema(properties) ? properties : {};
  const found: unknown[] = Object.hasOwn(own, name) ? [own[name]] : [];
  for (const [pattern, inner] of Object.entries(isSchema(patternProperties) ? patternProperties : {})) {
    const expression = expressionOf(pattern);
    // The validation of the whole says that it is wrong; until then it may allow anything.
    if (expression === null) return found;
    if (expression.test(name)) found.push(inner);
  }
  return found.length === 0 && additionalProperties !== undefined ? [additionalProperties] : found;
}

function expressionOf(pattern: string): RegExp | null {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return null;
  }
}

function itemSchemas({ prefixItems, items }: JsonSchema, index: number): readonly unknown[] {
  const first: readonly unknown[] = Array.isArray(prefixItems) ? prefixItems : [];
  if (index < first.length) return [first[index]];
  // The list form of `items`, of older drafts, says nothing here.
  return items === undefined || Array.isArray(items) ? [] : [items];
}
