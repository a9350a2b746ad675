import { parseFormat } from '@melliflow/core/implement';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { jsonSchema, validated } from '../src/index.js';
import { deepFreeze } from './support/deep-freeze.js';

const schema = deepFreeze({
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 2 },
    mail: { type: 'string', format: 'email' },
    tags: { type: 'array', items: { enum: ['a', 'b'] } },
    'x/y~z': { const: 1 },
  },
  required: ['name'],
  additionalProperties: false,
});

const issues = async (format: Record<string, unknown>, value: unknown): Promise<unknown> => {
  const result = await jsonSchema(format)['~standard'].validate(value);
  return result.issues?.map(({ path, message }) => `${path?.join('.')}: ${message}`);
};

describe('plain JSON Schema', () => {
  test('takes a value that fits, as it is', async () => {
    const value = { name: 'Ada', tags: ['a'] };
    const result = await jsonSchema(schema)['~standard'].validate(value);
    expect(result).toEqual({ value });
    expect('value' in result && result.value).toBe(value);
  });

  test('tells every fault of another one, with its path', async () => {
    expect(await issues(schema, { name: '', mail: 'x', tags: ['a', 'c'], 'x/y~z': 2, more: 1 })).toEqual([
      ': must NOT have additional properties: "more"',
      'name: must NOT have fewer than 2 characters',
      'mail: must match format "email"',
      'tags.1: must be equal to one of the allowed values: "a", "b"',
      'x/y~z: must be equal to constant: 1',
    ]);
    const [issue] = (await jsonSchema(schema)['~standard'].validate({ name: 'Ada', tags: [1] })).issues ?? [];
    expect(issue?.path).toEqual(['tags', 0]);
  });

  test('tells twenty faults and counts the others', async () => {
    const words = { type: 'array', items: { type: 'string' } };
    const told = (await issues(
      words,
      Array.from({ length: 50 }, () => 1),
    )) as string[];
    expect(told).toHaveLength(21);
    expect(told.at(-1)).toBe(': and 30 more');
  });

  test('checks recursion, unevaluated properties and answers of 1,000 levels', async () => {
    const node = { type: 'object', properties: { next: { $ref: '#' } }, unevaluatedProperties: false };
    let value: Record<string, unknown> = {};
    for (let level = 0; level < 1000; level++) value = { next: value };
    expect(await issues(node, value)).toBeUndefined();
    expect(await issues(node, { next: { other: 1 } })).toContain(
      'next: must NOT have unevaluated properties: "other"',
    );
  });

  test('follows references from a schema with an `$id` of its own within that', async () => {
    const text = { s: { type: 'string' } };
    const id = 'https://example.org/part';
    const inside: Record<string, unknown>[] = [
      { $id: id, $ref: '#/$defs/s', $defs: text },
      { $id: 'part', $ref: '#/$defs/s', $defs: text },
      { $id: id, $ref: '#/$defs/t', $defs: { t: { $ref: '#/$defs/s' }, ...text } },
      { $id: id, allOf: [{ $ref: '#/$defs/s' }], $defs: text },
    ];
    for (const part of inside) {
      const $defs = { part, s: { type: 'number' } };
      for (const a of [part, { $ref: '#/$defs/part' }, { $ref: part.$id }]) {
        const schema = { properties: { a }, ...(a !== part && { $defs }) };
        expect(await issues(schema, { a: 'x' })).toBeUndefined();
        expect(await issues(schema, { a: 1 })).toEqual(['a: must be string']);
      }
    }
    const lost = { $ref: '#/$defs/part', $defs: { part: { $id: id, $ref: '#/$defs/s' }, ...text } };
    await expect(issues(lost, 'x')).rejects.toThrow(`can't resolve reference #/$defs/s from id ${id}`);
  });

  test('says what is wrong with a schema', async () => {
    await expect(issues({ type: 'strin' }, 1)).rejects.toThrow(
      /^schema cannot be used to validate: schema\/type must be .*Give JSON Schema of draft 2020-12\.$/,
    );
    await expect(issues({ $ref: '#/$defs/Gone' }, 1)).rejects.toThrow(
      /can't resolve reference #\/\$defs\/Gone/,
    );
    expect(() => jsonSchema('x' as never)).toThrow('schema must be JSON Schema as an object, got "x".');
  });

  test('says so where a schema is nested too deeply to be compiled, or goes in a circle', async () => {
    let deep: Record<string, unknown> = { type: 'string' };
    for (let level = 0; level < 5000; level++) deep = { properties: { a: deep } };
    await expect(issues(deep, {})).rejects.toThrow(/nested too deeply/);
    const circle = { $ref: '#/$defs/A', $defs: { A: { $ref: '#/$defs/B' }, B: { $ref: '#/$defs/A' } } };
    await expect(issues(circle, {})).rejects.toThrow(/references lead in a circle/);
  });
});

describe('as a format', () => {
  test('its answer is validated by core, in words', async () => {
    const { validate } = jsonSchema(schema)['~standard'];
    await expect(parseFormat('{"name":1}', { name: 'person', schema, validate })).rejects.toThrow(
      'format "person": name: must be string',
    );
    expect(await parseFormat('{"name":"Ada"}', { name: 'person', schema, validate })).toEqual({
      name: 'Ada',
    });
  });

  test('it keeps its name and its type', () => {
    const person = jsonSchema<{ name: string }>({ name: 'person', schema });
    const give = person['~standard'].jsonSchema.input;
    expect(give({ target: 'draft-2020-12' })).toEqual({ ...schema, title: 'person' });
    expect(() => give({ target: 'draft-07' })).toThrow('target must be "draft-2020-12"');
    expectTypeOf(person['~standard'].types).toEqualTypeOf<
      { readonly input: unknown; readonly output: { name: string } } | undefined
    >();
  });

  test('validated() wraps it', async () => {
    const format = validated({ name: 'person', schema });
    expect((await format['~standard'].validate({})).issues).toMatchObject([
      { message: "must have required property 'name'" },
    ]);
  });
});
