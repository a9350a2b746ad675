import fc from 'fast-check';

type Schema = Record<string, unknown> | boolean;

const name = fc.constantFrom('a', 'ab', 'b');
const small = fc.integer({ min: -1, max: 3 });
const size = fc.integer({ min: 0, max: 2 });
const text = fc.constantFrom('', 'a', 'ab', 'b', 'é', '😀');

/** Few values, so that schemas and documents meet often. */
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, false, 2.5, -1.5, 0),
    small,
    text,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

const some = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 2 });

function without(schema: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schema).filter(([, keyword]) => keyword !== undefined));
}

const { schema: anySchema } = fc.letrec<{ schema: Schema }>((tie) => {
  const schemas = fc.array(tie('schema'), { minLength: 1, maxLength: 3 });
  return {
    schema: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<Schema>(true, false, {}, { type: 'null' }, { type: 'boolean' }),
      fc.record({ type: fc.constant('string'), minLength: some(size), maxLength: some(size) }).map(without),
      fc
        .record({
          type: fc.constantFrom('number', 'integer', ['integer', 'string']),
          minimum: some(small),
          exclusiveMaximum: some(small),
          maximum: some(small),
          exclusiveMinimum: some(small),
        })
        .map(without),
      fc.uniqueArray(anyValue, { minLength: 1, maxLength: 3 }).map((values) => ({ enum: values })),
      anyValue.map((one) => ({ const: one })),
      fc
        .record({
          type: some(fc.constant('array')),
          prefixItems: some(schemas),
          items: some(tie('schema')),
          minItems: some(size),
          maxItems: some(size),
        })
        .map(without),
      fc
        .record({
          type: some(fc.constant('object')),
          properties: some(fc.dictionary(name, tie('schema'), { maxKeys: 3, noNullPrototype: true })),
          patternProperties: some(fc.constant({ '^a': { type: ['integer', 'null'] } })),
          additionalProperties: some(tie('schema')),
          required: some(fc.uniqueArray(name, { maxLength: 2 })),
          minProperties: some(size),
          maxProperties: some(size),
        })
        .map(without),
      schemas.map((anyOf) => ({ anyOf })),
      schemas.map((allOf) => ({ allOf })),
      fc.tuple(schemas, tie('schema')).map(([anyOf, one]) => ({ anyOf, allOf: [one] })),
      fc.constant({ $ref: '#/$defs/tree' }),
    ),
  };
});

const tree = {
  type: 'object',
  properties: { a: { anyOf: [{ $ref: '#/$defs/tree' }, { type: 'null' }] } },
  additionalProperties: { type: 'integer' },
};

/** A schema of the keywords that decide by prefix; `$ref` leads to a recursive one. */
export const randomSchema: fc.Arbitrary<Record<string, unknown>> = anySchema.map((schema) => ({
  $defs: { tree },
  allOf: [schema],
}));

/** A document as text, with white space between its parts and some characters written as escapes. */
export const randomDocument: fc.Arbitrary<string> = fc
  .tuple(anyValue, fc.constantFrom(0, 1, '\t'), fc.boolean())
  .map(([value, space, escaped]) => {
    const json = JSON.stringify(value, null, space);
    const inEscapes = (quoted: string): string =>
      quoted.replaceAll('a', '\\u0061').replaceAll('é', '\\u00E9');
    return escaped ? json.replace(/"[^"]*"/g, inEscapes) : json;
  });
