import { describe, expect, test } from 'vitest';
import { toDialect } from '../src/index.js';

const restored = (schema: Record<string, unknown>, value: unknown): unknown =>
  toDialect(schema, 'openai-strict').restore(value);

const optional = (properties: Record<string, unknown>, ...required: string[]): Record<string, unknown> => ({
  type: 'object',
  properties,
  required,
});
const text = { type: 'string' };

describe('null becomes absent', () => {
  test('where the user has the property optional, not where null is a value', () => {
    const schema = optional({
      a: text,
      b: { type: ['string', 'null'] },
      c: { anyOf: [text, { type: 'null' }] },
      d: {},
    });
    expect(restored(schema, { a: null, b: null, c: null, d: null })).toEqual({ b: null, c: null, d: null });
  });

  test('at any depth: lists, tuples, maps, references, alternatives', () => {
    const inner = optional({ a: text, next: { $ref: '#/$defs/Inner' } });
    const schema = {
      ...optional(
        {
          list: { type: 'array', items: { $ref: '#/$defs/Inner' } },
          pair: { type: 'array', prefixItems: [text, { $ref: '#/$defs/Inner' }] },
          map: { type: 'object', additionalProperties: { $ref: '#/$defs/Inner' } },
          either: { anyOf: [text, { $ref: '#/$defs/Inner' }] },
        },
        'list',
      ),
      $defs: { Inner: inner },
    };
    const bare = { a: null, next: null };
    const reply = {
      list: [{ a: 'x', next: bare }],
      pair: ['x', bare],
      map: [{ key: '__proto__', value: bare }],
      either: bare,
    };
    const expected = {
      list: [{ a: 'x', next: {} }],
      pair: ['x', {}],
      map: { ['__proto__']: {} },
      either: {},
    };
    expect(restored(schema, reply)).toEqual(expected);
    expect(Object.getPrototypeOf((restored(schema, reply) as typeof expected).map)).toBe(Object.prototype);
  });

  test('through the alternative that the answer took', () => {
    const schema = {
      anyOf: [
        optional({ kind: { const: 'a' }, note: text }, 'kind'),
        optional({ kind: { const: 'b' }, note: { type: ['string', 'null'] } }, 'kind', 'note'),
      ],
    };
    expect(restored(schema, { value: { kind: 'a', note: null } })).toEqual({ kind: 'a' });
    expect(restored(schema, { value: { kind: 'b', note: null } })).toEqual({ kind: 'b', note: null });
  });

  test('also where the provider left it out by itself', () => {
    expect(restored({ anyOf: [optional({ a: text }), { type: 'null' }] }, { value: {} })).toEqual({});
    expect(restored(optional({ a: text, b: text }), { b: null })).toEqual({});
  });
});

describe('an answer in another form', () => {
  test.each([[[1, 2]], ['text'], [null], [{ other: null }], [{ map: { a: 1 } }], [{ map: [{ key: 1 }] }]])(
    '%j is left for the validation to judge',
    (value) => {
      const schema = optional({ a: text, map: { type: 'object', additionalProperties: text } });
      expect(restored(schema, value)).toEqual(value);
    },
  );
});

test('nested alternatives that all look alike do not multiply', () => {
  const node = (tag: string): object => ({
    type: 'object',
    properties: { child: { $ref: '#/$defs/Node' }, tag: { const: tag } },
    required: ['tag'],
  });
  const schema = { $ref: '#/$defs/Node', $defs: { Node: { anyOf: [node('a'), node('b')] } } };
  let reply: unknown = null;
  for (let level = 0; level < 5000; level++) reply = { child: reply, tag: 'b' };
  let depth = 0;
  for (let at = restored(schema, { value: reply }) as { child?: unknown } | undefined; at; depth++) {
    at = at.child as typeof at;
  }
  expect(depth).toBe(5000);
});
