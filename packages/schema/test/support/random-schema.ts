import fc from 'fast-check';

export type Schema = Record<string, unknown>;

/** A value as the user's schema has it, and as a provider that follows a dialect would write it. */
export interface Answer {
  readonly value: unknown;
  /** Optional properties null, maps as lists of entries. */
  readonly strict: unknown;
  /** Optional properties null. */
  readonly nullable: unknown;
}

export interface Sample {
  readonly schema: Schema;
  readonly answer: Answer;
}

const text = fc.string({ maxLength: 5 });
const name = fc.constantFrom('a', 'b', 'c', 'a/b~');

const scalar: fc.Arbitrary<Schema> = fc.oneof(
  fc.constant({ type: 'string' }),
  fc.constant({ type: 'string', description: 'words', minLength: 0 }),
  fc.constant({ type: 'integer' }),
  fc.constant({ type: 'boolean' }),
  fc.constant({ type: ['integer', 'null'] }),
  fc.constant({ enum: ['x', 'y', null] }),
  fc.constant({ enum: ['x', { deep: [1, 'two'] }] }),
  fc.constant({ const: 7 }),
);

const { schema } = fc.letrec<{ schema: Schema; object: Schema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    tie('object'),
    tie('schema').map((items) => ({ type: 'array', items })),
    tie('schema').map((additionalProperties) => ({ type: 'object', additionalProperties })),
    fc.tuple(tie('schema'), tie('schema')).map((prefixItems) => ({
      type: 'array',
      prefixItems,
      items: false,
      minItems: 2,
    })),
    fc.tuple(tie('object'), tie('object')).map((both) => ({ oneOf: both.map(tagged) })),
    tie('object').map((object) => ({ anyOf: [object, { type: 'string' }, { type: 'null' }] })),
    fc
      .tuple(tie('object'), tie('object'))
      .map(([one, other]) => ({ allOf: [prefixed('l', one), prefixed('r', other)] })),
    fc
      .constantFrom('#/$defs/One', '#/definitions/Two')
      .map(($ref) => ({ anyOf: [{ $ref }, { type: 'null' }] })),
  ),
  object: fc
    .tuple(fc.dictionary(name, tie('schema'), { maxKeys: 3 }), fc.array(name, { maxLength: 3 }))
    .map(([properties, wanted]) => ({
      type: 'object',
      properties: { ...properties, self: { $ref: '#/$defs/One', description: 'again' } },
      required: [...new Set(wanted)].filter((one) => Object.hasOwn(properties, one)),
    })),
}));

function tagged(object: Schema, index: number): Schema {
  const properties = { tag: { const: `t${index}` }, ...(object.properties as Schema) };
  return { ...object, properties, required: ['tag', ...(object.required as string[])] };
}

function prefixed(prefix: string, object: Schema): Schema {
  const properties = Object.entries(object.properties as Schema).map(([key, inner]) => [prefix + key, inner]);
  const required = (object.required as string[]).map((key) => prefix + key);
  return { ...object, properties: Object.fromEntries(properties), required };
}

const object = schema.filter((one) => one.type === 'object' && 'properties' in one);

/** A schema with two recursive definitions, and a value that it allows. */
export const sample: fc.Arbitrary<Sample> = fc
  .tuple(schema, object, object)
  .map(([root, One, Two]) => ({ ...root, $defs: { One }, definitions: { Two } }))
  .chain((root) => answerTo(root, root, 4).map((answer) => ({ schema: root, answer })));

const same = (value: unknown): Answer => ({ value, strict: value, nullable: value });

const listOf = (answers: readonly Answer[]): Answer => ({
  value: answers.map((one) => one.value),
  strict: answers.map((one) => one.strict),
  nullable: answers.map((one) => one.nullable),
});

/** Answers to `at`; `depth` is how far references are followed. */
function answerTo(at: Schema, root: Schema, depth: number): fc.Arbitrary<Answer> {
  if (at.$ref) return answerTo(resolve(at.$ref, root), root, depth - 1);
  if (at.const !== undefined) return fc.constant(same(at.const));
  if (at.enum) return fc.constantFrom(...(at.enum as unknown[])).map(same);
  const alternatives = (at.anyOf ?? at.oneOf) as Schema[] | undefined;
  if (alternatives) {
    const reachable = alternatives.filter((one) => depth > 0 || !one.$ref);
    return fc.constantFrom(...reachable).chain((one) => answerTo(one, root, depth));
  }
  if (at.allOf) {
    return fc.tuple(...(at.allOf as Schema[]).map((one) => answerTo(one, root, depth))).map((answers) => ({
      value: Object.assign({}, ...answers.map((one) => one.value)),
      strict: Object.assign({}, ...answers.map((one) => one.strict)),
      nullable: Object.assign({}, ...answers.map((one) => one.nullable)),
    }));
  }
  if (at.prefixItems) {
    return fc.tuple(...(at.prefixItems as Schema[]).map((one) => answerTo(one, root, depth))).map(listOf);
  }
  if (at.items) return fc.array(answerTo(at.items as Schema, root, depth), { maxLength: 2 }).map(listOf);
  if (at.additionalProperties) return mapAnswer(at.additionalProperties as Schema, root, depth);
  if (at.properties) return objectAnswer(at, root, depth);
  if (Array.isArray(at.type)) return fc.constantFrom(null, 3).map(same);
  if (at.type === 'null') return fc.constant(same(null));
  if (at.type === 'integer') return fc.integer().map(same);
  return (at.type === 'boolean' ? fc.boolean() : text).map(same);
}

function objectAnswer(at: Schema, root: Schema, depth: number): fc.Arbitrary<Answer> {
  const required = at.required as string[];
  const answers = Object.entries(at.properties as Record<string, Schema>).map(([key, inner]) => {
    const isOptional = !required.includes(key) && !admitsNull(inner);
    if (isOptional && depth <= 0) return fc.constant([key, null] as const);
    const present = answerTo(inner, root, depth).map((answer) => [key, answer] as const);
    return isOptional ? fc.oneof(fc.constant([key, null] as const), present) : present;
  });
  return fc.tuple(...answers).map((entries) => ({
    value: Object.fromEntries(entries.flatMap(([key, answer]) => (answer ? [[key, answer.value]] : []))),
    strict: Object.fromEntries(entries.map(([key, answer]) => [key, answer?.strict ?? null])),
    nullable: Object.fromEntries(entries.map(([key, answer]) => [key, answer?.nullable ?? null])),
  }));
}

function mapAnswer(values: Schema, root: Schema, depth: number): fc.Arbitrary<Answer> {
  return fc.dictionary(name, answerTo(values, root, depth), { maxKeys: 2 }).map((answers) => {
    const entries = Object.entries(answers);
    return {
      value: Object.fromEntries(entries.map(([key, one]) => [key, one.value])),
      strict: entries.map(([key, one]) => ({ key, value: one.strict })),
      nullable: Object.fromEntries(entries.map(([key, one]) => [key, one.nullable])),
    };
  });
}

function admitsNull(at: Schema): boolean {
  const types = [at.type].flat();
  const alternatives = (at.anyOf ?? []) as Schema[];
  return (
    types.includes('null') || ((at.enum ?? []) as unknown[]).includes(null) || alternatives.some(admitsNull)
  );
}

function resolve(ref: unknown, root: Schema): Schema {
  const [, holder = '', key = ''] = String(ref).split('/');
  return (root[holder] as Record<string, Schema>)[key] as Schema;
}
