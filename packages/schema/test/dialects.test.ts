import { describe, expect, test } from 'vitest';
import { toDialect } from '../src/index.js';
import { deepFreeze } from './support/deep-freeze.js';

const person = deepFreeze({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: {
    name: { type: 'string', description: 'In full.', minLength: 1, pattern: '^\\w+$' },
    age: { type: 'integer', minimum: 0 },
    mail: { type: 'string', format: 'email' },
    parent: { $ref: '#' },
  },
  required: ['name'],
});

const messages = (
  schema: Record<string, unknown>,
  dialect: 'openai-strict' | 'ollama' | 'llamacpp' | 'hf',
): string[] => toDialect(schema, dialect).warnings.map(({ message }) => message);

describe('the same schema', () => {
  test('in OpenAI strict: all required, optional ones nullable, closed', () => {
    const { schema, warnings, restores } = toDialect(person, 'openai-strict');
    const definition = {
      type: 'object',
      properties: {
        name: { type: 'string', description: 'In full.', pattern: '^\\w+$' },
        age: { anyOf: [{ type: 'integer', minimum: 0 }, { type: 'null' }] },
        mail: { anyOf: [{ type: 'string', format: 'email' }, { type: 'null' }] },
        parent: { anyOf: [{ $ref: '#/$defs/root' }, { type: 'null' }] },
      },
      required: ['name', 'age', 'mail', 'parent'],
      additionalProperties: false,
    };
    expect(schema).toEqual({ ...definition, $defs: { root: definition } });
    expect(restores).toBe(true);
    expect(warnings).toEqual([
      {
        kind: 'unsupported',
        option: 'format',
        message: 'OpenAI strict: "minLength" is not enforced (at #/properties/name/minLength).',
      },
    ]);
  });

  test('for Ollama: required as it was, no pattern that a grammar cannot say', () => {
    const { schema, restores } = toDialect(person, 'ollama');
    const definition = {
      type: 'object',
      properties: {
        name: { type: 'string', description: 'In full.', minLength: 1 },
        age: { type: 'integer', minimum: 0 },
        mail: { type: 'string' },
        parent: { $ref: '#/$defs/root' },
      },
      required: ['name'],
    };
    expect(schema).toEqual({ ...definition, $defs: { root: definition } });
    expect(restores).toBe(false);
    expect(messages(person, 'ollama')).toEqual([
      'Ollama: "pattern" is not enforced (at #/properties/name/pattern).',
      'Ollama: "format" is not enforced (at #/properties/mail/format).',
    ]);
  });

  test('for llama.cpp: all properties come, so optional ones may be null, by oneOf', () => {
    const { schema } = toDialect(person, 'llamacpp');
    expect(schema.properties).toEqual({
      name: { type: 'string', description: 'In full.', minLength: 1 },
      age: { type: ['integer', 'null'] },
      mail: { type: ['string', 'null'] },
      parent: { oneOf: [{ $ref: '#/$defs/root' }, { type: 'null' }] },
    });
  });

  test('for watsonx and Hugging Face', () => {
    const { name, age } = { ...(toDialect(person, 'watsonx').schema.properties as Record<string, unknown>) };
    expect(name).toEqual(person.properties.name);
    expect(age).toEqual(person.properties.age);
    expect(messages(person, 'hf')).toEqual([
      'Hugging Face: "minimum" is not enforced (at #/properties/age/minimum).',
      'Hugging Face: "format" is not enforced (at #/properties/mail/format).',
    ]);
  });

  test('for a compatible server: as it is', () => {
    const sent = toDialect(person, 'openai');
    expect(sent.schema).toBe(person);
    expect(sent).toMatchObject({ restores: false, losses: [], warnings: [] });
    expect(sent.restoreText('{"name":null}')).toBe('{"name":null}');
  });
});

const strict = (schema: Record<string, unknown>): Record<string, unknown> =>
  toDialect(deepFreeze({ type: 'object', properties: { it: schema }, required: ['it'] }), 'openai-strict')
    .schema.properties as Record<string, unknown>;

describe('OpenAI strict', () => {
  test.each([
    ['any value', {}, { type: ['string', 'number', 'boolean', 'null'] }],
    ['a type by its keywords', { minimum: 1 }, { type: 'number', minimum: 1 }],
    ['a literal gets its type', { const: 'a' }, { type: 'string', const: 'a' }],
    ['literals of several types', { enum: ['a', 1] }, { type: ['string', 'number'], enum: ['a', 1] }],
    [
      'oneOf',
      { oneOf: [{ type: 'string' }, { type: 'null' }] },
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
    ],
    [
      'several types with checks',
      { type: ['string', 'integer'], minimum: 2 },
      { anyOf: [{ type: 'string' }, { type: 'integer', minimum: 2 }] },
    ],
    [
      'allOf, joined',
      {
        allOf: [
          { type: 'number', minimum: 1, maximum: 9 },
          { type: ['integer', 'string'], minimum: 3 },
        ],
      },
      { type: 'integer', minimum: 3, maximum: 9 },
    ],
    [
      'what stands beside anyOf belongs to each',
      {
        type: 'object',
        properties: { a: { type: 'string' } },
        required: ['a'],
        anyOf: [{ properties: { b: { type: 'null' } }, required: ['b'] }, { required: ['a'] }],
      },
      {
        anyOf: [
          {
            type: 'object',
            properties: { a: { type: 'string' }, b: { type: 'null' } },
            required: ['a', 'b'],
            additionalProperties: false,
          },
          {
            type: 'object',
            properties: { a: { type: 'string' } },
            required: ['a'],
            additionalProperties: false,
          },
        ],
      },
    ],
    [
      'a property that must not come',
      { type: 'object', properties: { a: false, b: true }, required: ['b'] },
      {
        type: 'object',
        properties: { b: { type: ['string', 'number', 'boolean', 'null'] } },
        required: ['b'],
        additionalProperties: false,
      },
    ],
  ])('%s', (_, given, expected) => {
    expect(strict(given).it).toEqual(expected);
  });

  test('a root that is no object is wrapped', () => {
    const { schema, restore, restoreText } = toDialect(
      { type: 'array', items: { type: 'string' } },
      'openai-strict',
    );
    expect(schema).toEqual({
      type: 'object',
      properties: { value: { type: 'array', items: { type: 'string' } } },
      required: ['value'],
      additionalProperties: false,
    });
    expect(restore({ value: ['a'] })).toEqual(['a']);
    expect(restoreText('{"value":["a"]}')).toBe('["a"]');
    expect(restoreText('{"value":["a"')).toBe('{"value":["a"');
  });

  test('a root that only refers to an object is that object', () => {
    const schema = { $ref: '#/$defs/A', $defs: { A: { type: 'object', properties: {} } } };
    expect(toDialect(schema, 'openai-strict').schema).toEqual({
      type: 'object',
      properties: {},
      required: [],
      additionalProperties: false,
    });
  });

  test('what is lost is told by keyword and place', () => {
    const schema = {
      type: 'object',
      properties: {
        'a/b': { type: 'array', items: { type: 'string', maxLength: 3 }, uniqueItems: true },
        open: { type: 'object', properties: {}, additionalProperties: { type: 'string' } },
        gone: { $ref: 'https://example.com/other.json' },
        look: { type: 'string', pattern: '^(?!x)', format: 'color' },
        one: {
          oneOf: [
            { type: 'object', properties: {} },
            { type: 'object', properties: {} },
          ],
        },
        not: { type: 'string', not: { const: 'x' }, if: {}, minLength: 2 },
      },
    };
    const { losses } = toDialect(schema, 'openai-strict');
    expect(losses.map(({ kind, pointer }) => `${kind} ${pointer}`).sort()).toEqual([
      'changed #/properties/one/oneOf',
      'unsupported #/properties/a~1b/items/maxLength',
      'unsupported #/properties/a~1b/uniqueItems',
      'unsupported #/properties/gone',
      'unsupported #/properties/gone/$ref',
      'unsupported #/properties/look/format',
      'unsupported #/properties/look/pattern',
      'unsupported #/properties/not/if',
      'unsupported #/properties/not/minLength',
      'unsupported #/properties/not/not',
      'unsupported #/properties/open/additionalProperties',
    ]);
  });

  test('alternatives that exclude each other lose nothing as anyOf', () => {
    const branch = (tag: string): object => ({
      type: 'object',
      properties: { tag: { const: tag } },
      required: ['tag'],
    });
    expect(
      toDialect({ oneOf: [branch('a'), branch('b'), { type: 'null' }] }, 'openai-strict').losses,
    ).toEqual([]);
    expect(toDialect({ oneOf: [branch('a'), branch('a')] }, 'openai-strict').losses).toHaveLength(1);
  });

  test('the documented limits are told', () => {
    const properties = Object.fromEntries(
      Array.from({ length: 5001 }, (_, index) => [`property_with_a_name_${index}`, { type: 'null' }]),
    );
    const words = Array.from({ length: 1001 }, (_, index) => `a longer word number ${index}`);
    let deep: Record<string, unknown> = { type: 'string', enum: words };
    for (let level = 0; level < 11; level++)
      deep = { type: 'object', properties: { deep }, required: ['deep'] };
    const schema = { type: 'object', properties: { ...properties, deep }, required: ['deep'] };
    const over = toDialect(schema, 'openai-strict').losses.map(({ what }) => what);
    expect(over).toEqual([
      expect.stringMatching(/^has 5013 properties in all; .* at most 5000$/),
      expect.stringMatching(/^has 12 levels/),
      expect.stringMatching(/^has 1001 values/),
      expect.stringMatching(/^has \d{6} characters in names/),
      expect.stringMatching(/^has \d{5} characters in one list/),
    ]);
  });
});

describe('the engines of grammars', () => {
  test('get what they know of definitions, literals and any value', () => {
    const schema = deepFreeze({
      type: 'object',
      properties: {
        one: { $ref: '#/definitions/One' },
        any: {},
        literal: { enum: [{ a: [1] }, 'b'] },
        pair: { type: 'array', prefixItems: [{ type: 'string' }], items: { type: 'null' } },
      },
      required: ['one', 'any', 'literal', 'pair'],
      definitions: { One: { type: 'string', maxLength: 5000 } },
    });
    const { schema: sent } = toDialect(schema, 'llamacpp');
    expect(sent).toMatchObject({
      $defs: { One: { type: 'string' } },
      properties: {
        one: { $ref: '#/$defs/One' },
        any: { oneOf: [{}, { additionalProperties: true }, { type: 'array' }] },
        literal: {
          oneOf: [
            { type: 'object', properties: { a: { prefixItems: [{ const: 1 }], minItems: 1, maxItems: 1 } } },
            { const: 'b' },
          ],
        },
        pair: { prefixItems: [{ type: 'string' }], items: { type: 'null' } },
      },
    });
    expect(toDialect(schema, 'ollama').schema).toMatchObject({
      properties: {
        literal: { enum: [{ a: [1] }, 'b'] },
        pair: { items: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
      },
    });
    expect(messages(schema, 'llamacpp')).toEqual([
      'llama.cpp: "maxLength" is not enforced (at #/definitions/One/maxLength).',
    ]);
  });

  test('get anchored patterns without classes, Ollama at least', () => {
    const pattern = (text: string): unknown =>
      toDialect({ type: 'string', pattern: text }, 'ollama').schema.pattern;
    expect(pattern('^[a-z]{2}-[0-9]+$')).toBe('^[a-z]{2}-[0-9]+$');
    for (const text of ['[a-z]', '^\\d+$', '^(?=a)a$', '^a+?$']) expect(pattern(text)).toBeUndefined();
  });
});

test('warnings name the option that they are about', () => {
  const parameters = { type: 'object', properties: { n: { type: 'string', minLength: 2 } } };
  const { warnings } = toDialect(parameters, 'openai-strict', { option: 'tools' });
  expect(warnings).toMatchObject([{ option: 'tools' }]);
});

test('many places of one loss are one warning', () => {
  const properties = Object.fromEntries(
    [...'abcdefgh'].map((name) => [name, { type: 'string', minLength: 1 }]),
  );
  const [warning, ...more] = toDialect({ type: 'object', properties }, 'openai-strict').warnings;
  expect(more).toEqual([]);
  expect(warning?.message).toMatch(/#\/properties\/e\/minLength and 3 more\)\.$/);
});

test('bad input is named', () => {
  expect(() => toDialect([] as never, 'openai')).toThrow(
    new TypeError('schema must be JSON Schema as an object, got [].'),
  );
  expect(() => toDialect({}, 'gemini' as never)).toThrow(
    /dialect must be one of openai-strict, .*got "gemini"/,
  );
});

test.each(['openai-strict', 'ollama', 'llamacpp'] as const)('an unknown type is named: %s', (dialect) => {
  const withType = (type: unknown) => ({ type: 'object', properties: { 'a/b': { type } } }) as never;
  const told = /^schema: type at #\/properties\/a~1b must be one of string, .*; got "strnig"\.$/;
  for (const type of ['strnig', ['strnig', 'null'], ['strnig', 'object']])
    expect(() => toDialect(withType(type), dialect)).toThrow(told);
});
