import { resolved } from './definitions.js';
import { type Fitness, fitness } from './fitness.js';
import { isSchemaObject, type MutableSchema } from './keywords.js';
import type { WrittenSchema } from './writing.js';

/** A copy that is made, and the place in it that still holds what came back. */
interface Job {
  readonly holder: Record<PropertyKey, unknown>;
  readonly key: PropertyKey;
  readonly written: MutableSchema;
}

/** Takes a value of the written schema back to what the user's schema expects; the value is not changed. */
export function restorer({
  schema,
  definitions,
  marks,
}: Pick<WrittenSchema, 'schema' | 'definitions' | 'marks'>): (value: unknown) => unknown {
  return (root) => {
    const fits = fitness(definitions, marks);
    const result = { root };
    const jobs: Job[] = [{ holder: result, key: 'root', written: schema }];
    const later = (holder: object, key: PropertyKey, written: unknown): void => {
      if (isSchemaObject(written)) jobs.push({ holder: holder as Job['holder'], key, written });
    };
    for (const { holder, key, written } of jobs) {
      const value = holder[key];
      if (typeof value !== 'object' || value === null) continue;
      const at = takenBy(value, written, definitions, fits);
      if (at === null) continue;
      if (!Array.isArray(value)) holder[key] = object(value, at, later);
      else if (marks.entries.has(at)) holder[key] = map(value, at, later);
      else holder[key] = list(value, at, later);
    }
    return result.root;
  };

  type Later = (holder: object, key: PropertyKey, written: unknown) => void;

  function object(value: object, at: MutableSchema, later: Later): object {
    const properties = (at.properties ?? {}) as Record<string, MutableSchema>;
    const absent = marks.nullWhenAbsent.get(at);
    const copy = Object.fromEntries(
      Object.entries(value).filter(([name, inner]) => inner !== null || !absent?.has(name)),
    );
    for (const name of Object.keys(copy))
      later(copy, name, Object.hasOwn(properties, name) ? properties[name] : at.additionalProperties);
    return copy;
  }

  function list(value: readonly unknown[], at: MutableSchema, later: Later): object {
    const copy = [...value];
    const places = (marks.tuples.get(at) ?? at.prefixItems ?? []) as MutableSchema[];
    for (const index of copy.keys()) later(copy, index, places[index] ?? at.items);
    return copy;
  }

  function map(value: readonly unknown[], at: MutableSchema, later: Later): object {
    if (!value.every((entry) => isSchemaObject(entry) && typeof entry.key === 'string')) return value;
    const { properties } = at.items as { properties: { value: MutableSchema } };
    const entries = value as readonly { key: string; value: unknown }[];
    const copy = Object.fromEntries(entries.map((entry) => [entry.key, entry.value]));
    for (const key of Object.keys(copy)) later(copy, key, properties.value);
    return copy;
  }
}

/** The schema that `value` took where there are alternatives; `null` when it took none. */
function takenBy(
  value: object,
  written: MutableSchema,
  definitions: Readonly<Record<string, MutableSchema>>,
  fits: Fitness,
): MutableSchema | null {
  const seen = new Set<MutableSchema>();
  let at = resolved(written, definitions);
  for (;;) {
    const alternatives = (at.anyOf ?? at.oneOf) as readonly MutableSchema[] | undefined;
    if (!alternatives) return at;
    const taken = fits(value, alternatives);
    if (taken === undefined || seen.has(at)) return null;
    seen.add(at);
    at = resolved(taken, definitions);
  }
}
