import type { JsonSchema } from '@melliflow/core';
import fc from 'fast-check';

type Schema = Record<string, unknown>;

const small = fc.nat(3);
const name = fc.constantFrom('a', 'b', 'value', 'key', 'a/b~', '$ref', 'ä');
const literal = fc.constantFrom<unknown>(null, true, 0, 1, -1.5, '', 'x', 'y', [], [1], {}, { a: 1 });
const optional = { requiredKeys: [] };

const text = fc
  .record(
    {
      minLength: small,
      maxLength: fc.integer({ min: 3, max: 6 }),
      pattern: fc.constantFrom('^[a-c]*$', 'x', '^\\d+$', '^(?=x)', '^[^"]{1,3}$'),
      format: fc.constantFrom('date', 'uuid', 'email', 'uri'),
    },
    optional,
  )
  .map((checks) => ({ type: 'string', ...checks }));
const number = fc
  .tuple(
    fc.constantFrom('integer', 'number'),
    fc.record(
      {
        minimum: fc.integer({ min: -3, max: 1 }),
        exclusiveMinimum: fc.integer({ min: -3, max: 1 }),
        maximum: fc.integer({ min: 2, max: 9 }),
        exclusiveMaximum: fc.integer({ min: 3, max: 9 }),
        multipleOf: fc.constantFrom(0.5, 1, 2),
      },
      optional,
    ),
  )
  .map(([type, checks]) => ({ type, ...checks }));

const { schema } = fc.letrec<{ schema: Schema; object: Schema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    number,
    fc.constantFrom<Schema>({ type: 'boolean' }, { type: 'null' }, {}, { type: ['integer', 'null'] }),
    fc.array(literal, { minLength: 1, maxLength: 3 }).map((all) => ({ enum: distinct(all) })),
    literal.map((one) => ({ const: one })),
    fc.constantFrom({ $ref: '#/$defs/one' }, { $ref: '#/$defs/two', description: 'again' }),
    tie('object'),
    fc
      .tuple(
        tie('schema'),
        fc.record(
          { minItems: small, maxItems: fc.integer({ min: 3, max: 5 }), uniqueItems: fc.boolean() },
          optional,
        ),
      )
      .map(([items, checks]) => ({ type: 'array', items, ...checks })),
    fc
      .tuple(fc.array(tie('schema'), { minLength: 1, maxLength: 2 }), fc.boolean())
      .map(([prefixItems, closed]) => ({
        type: 'array',
        prefixItems,
        ...(closed && { items: false, minItems: prefixItems.length }),
      })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    fc.array(tie('schema'), { minLength: 2, maxLength: 2 }).map((oneOf) => ({ oneOf })),
    fc.array(tie('object'), { minLength: 2, maxLength: 2 }).map((allOf) => ({ allOf })),
    fc.tuple(tie('schema'), tie('schema')).map(([one, not]) => ({ ...one, not })),
    fc.tuple(tie('object'), tie('schema')).map(([one, then]) => ({ ...one, if: { required: ['a'] }, then })),
  ),
  object: fc
    .tuple(
      fc.dictionary(name, tie('schema'), { maxKeys: 3, noNullPrototype: true }),
      fc.array(name, { maxLength: 2 }),
      fc.record(
        {
          additionalProperties: fc.oneof(fc.constant(false), tie('schema')),
          minProperties: small,
          maxProperties: fc.integer({ min: 3, max: 5 }),
          patternProperties: tie('schema').map((one) => ({ '^x': one })),
          propertyNames: fc.constant({ maxLength: 5 }),
          dependentRequired: fc.constant({ a: ['b'] }),
        },
        optional,
      ),
    )
    .map(([properties, required, more]) => ({
      type: 'object',
      properties,
      ...(required.length > 0 && { required: [...new Set(required)] }),
      ...more,
    })),
}));

/** Schemas of draft 2020-12, with definitions that may refer to themselves and to each other. */
export const anySchema: fc.Arbitrary<JsonSchema> = fc
  .tuple(schema, schema, schema)
  .map(([root, one, two]) => ({ ...root, $defs: { one, two } }));

function distinct(values: readonly unknown[]): unknown[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

/** Numbers from 0 up to a limit, of a tape: the same tape, the same numbers. */
export type Draw = (limit: number) => number;

export function drawFrom(tape: readonly number[]): Draw {
  let at = 0;
  return (limit) => (tape[at++ % Math.max(1, tape.length)] ?? 0) % limit;
}

/** A value that `at` probably allows: whoever wants to be sure validates it. */
export function sampleOf(at: unknown, root: JsonSchema, draw: Draw, depth = 6): unknown {
  if (typeof at !== 'object' || at === null || depth < 0) return null;
  const one = at as Schema;
  if (typeof one.$ref === 'string') return sampleOf(resolved(one.$ref, root), root, draw, depth - 1);
  if ('const' in one) return one.const;
  if (Array.isArray(one.enum)) return one.enum[draw(one.enum.length)];
  const alternatives = (one.anyOf ?? one.oneOf) as unknown[] | undefined;
  if (alternatives) return sampleOf(alternatives[draw(alternatives.length)], root, draw, depth - 1);
  const types = [one.type ?? ['string', 'object', 'array', 'integer', 'null']].flat();
  switch (one.allOf ? 'object' : types[draw(types.length)]) {
    case 'object':
      return objectOf(one, root, draw, depth);
    case 'array':
      return arrayOf(one, root, draw, depth);
    case 'string':
      return ['', 'x', 'abc', '1', 'ab', '2024-02-29', 'a@b.org'][draw(7)];
    case 'integer':
      return draw(8) - 2;
    case 'number':
      return (draw(16) - 4) / 2;
    case 'boolean':
      return draw(2) === 1;
    default:
      return null;
  }
}

function objectOf(at: Schema, root: JsonSchema, draw: Draw, depth: number): unknown {
  const all = [at, ...((at.allOf as Schema[] | undefined) ?? [])];
  const entries = all.flatMap(({ properties, required, additionalProperties }) => {
    const known = Object.entries((properties ?? {}) as Schema)
      .filter(([key]) => (required as string[] | undefined)?.includes(key) || draw(2) === 1)
      .map(([key, inner]) => [key, sampleOf(inner, root, draw, depth - 1)]);
    const more = ['x', 'more'].slice(0, additionalProperties === false ? 0 : draw(3));
    return [
      ...more.map((key) => [key, sampleOf(additionalProperties ?? {}, root, draw, depth - 2)]),
      ...known,
    ];
  });
  return Object.fromEntries(entries);
}

function arrayOf(at: Schema, root: JsonSchema, draw: Draw, depth: number): unknown {
  const first = ((at.prefixItems as unknown[]) ?? []).map((inner) => sampleOf(inner, root, draw, depth - 1));
  const count = at.items === false ? 0 : ((at.minItems as number | undefined) ?? 0) + draw(2);
  return [...first, ...Array.from({ length: count }, () => sampleOf(at.items ?? {}, root, draw, depth - 1))];
}

function resolved(ref: string, root: JsonSchema): unknown {
  const steps = ref.split('/').slice(1);
  return steps.reduce<unknown>(
    (at, step) => (at as Schema | undefined)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')],
    root,
  );
}
