import { describe, expect, test } from 'vitest';
import { toDialect } from '../src/index.js';

const closed = (properties: object): object => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

describe('an object without named properties', () => {
  const map = { type: 'object', additionalProperties: { type: 'integer' }, propertyNames: { pattern: '^k' } };
  const inside = (it: object): Record<string, unknown> => ({
    type: 'object',
    properties: { it },
    required: ['it'],
  });

  test('is a list of keys and values in OpenAI strict, with its counts', () => {
    const { schema, restore, warnings } = toDialect(inside({ ...map, minProperties: 1 }), 'openai-strict');
    const item = closed({ key: { type: 'string', pattern: '^k' }, value: { type: 'integer' } });
    expect(schema).toEqual(closed({ it: { type: 'array', items: item, minItems: 1 } }));
    expect(restore({ it: [{ key: 'k1', value: 1 }] })).toEqual({ it: { k1: 1 } });
    expect(warnings).toMatchObject([{ kind: 'changed' }]);
  });

  test('stays a map elsewhere', () => {
    const { schema, losses } = toDialect(inside(map), 'llamacpp');
    expect(schema.properties).toEqual({ it: { type: 'object', additionalProperties: { type: 'integer' } } });
    expect(losses.map(({ keyword }) => keyword)).toEqual(['propertyNames']);
    const ofPattern = { type: 'object', patternProperties: { '^k': { type: 'null' } } };
    expect(toDialect(ofPattern, 'ollama').schema).toEqual({
      type: 'object',
      additionalProperties: { type: 'null' },
    });
    expect(toDialect(inside({ type: 'object' }), 'ollama').schema.properties).toEqual({
      it: { type: 'object', additionalProperties: true },
    });
  });

  test('has the properties that its names list', () => {
    const listed = {
      type: 'object',
      propertyNames: { enum: ['a', 'b'] },
      additionalProperties: { type: 'null' },
    };
    const sent = toDialect({ ...listed, required: ['a'] }, 'openai-strict');
    expect(sent.schema).toEqual(closed({ a: { type: 'null' }, b: { type: 'null' } }));
    expect(sent.losses).toEqual([]);
  });

  test('at the root is the empty parameters of a tool', () => {
    expect(toDialect({ type: 'object' }, 'openai-strict').schema).toEqual(closed({}));
    expect(toDialect({ type: 'object' }, 'hf').schema).toEqual({
      type: 'object',
      properties: {},
      required: [],
    });
  });
});

describe('a reference', () => {
  test.each(['#/$defs/A%20b', '#/definitions/A b', '#an', 'https://example.com/s#an'])(
    '%s is followed',
    ($ref) => {
      const target = { type: 'string', $anchor: 'an' };
      const schema = {
        $id: 'https://example.com/s',
        type: 'object',
        properties: { it: { $ref } },
        required: ['it'],
        $defs: { 'A b': target },
        definitions: { 'A b': target },
      };
      const { schema: sent, losses } = toDialect(schema, 'openai-strict');
      const [definition] = Object.values(sent.$defs as object);
      expect(definition).toEqual({ type: 'string' });
      expect(losses).toEqual([]);
    },
  );

  test('keeps what stands beside it for the model to read', () => {
    const schema = {
      type: 'object',
      properties: { it: { $ref: '#/$defs/A', description: 'The one.' } },
      $defs: { A: { type: 'string' } },
    };
    expect(toDialect(schema, 'openai-strict').schema.properties).toEqual({
      it: { description: 'The one.', anyOf: [{ $ref: '#/$defs/A' }, { type: 'null' }] },
    });
  });

  test('with a check beside it is a definition of its own', () => {
    const schema = {
      type: 'object',
      properties: { it: { $ref: '#/$defs/A', maxItems: 3 }, also: { $ref: '#/$defs/A' } },
      required: ['it', 'also'],
      $defs: { A: { type: 'array', items: { type: 'string' } } },
    };
    expect(toDialect(schema, 'ollama').schema).toMatchObject({
      properties: { it: { $ref: '#/$defs/A' }, also: { $ref: '#/$defs/A_2' } },
      $defs: { A: { type: 'array', maxItems: 3 }, A_2: { type: 'array', items: { type: 'string' } } },
    });
  });

  test('that leads nowhere is told', () => {
    const { warnings } = toDialect(
      { type: 'object', properties: { it: { $ref: '#/$defs/Gone' } } },
      'ollama',
    );
    expect(warnings).toEqual([
      {
        kind: 'unsupported',
        option: 'format',
        message: 'Ollama: "$ref" leads nowhere (at #/properties/it/$ref).',
      },
    ]);
  });
});

test('parts of allOf that contradict each other are told', () => {
  const schema = {
    allOf: [
      { type: 'string', pattern: '^a$' },
      { type: 'string', pattern: '^b$' },
    ],
  };
  const { schema: sent, losses } = toDialect(schema, 'watsonx');
  expect(sent).toEqual({ type: 'string', pattern: '^a$' });
  expect(losses).toMatchObject([
    { keyword: 'allOf', what: 'has several "pattern", of which the first is enforced' },
  ]);
});
