import { describe, expect, test } from 'vitest';
import { dialectNames, toDialect } from '../src/index.js';
import { deepFreeze } from './support/deep-freeze.js';

type Schema = Record<string, unknown>;

function nested(depth: number): { schema: Schema; reply: unknown } {
  let schema: Schema = { type: 'string' };
  let reply: unknown = null;
  for (let level = 0; level < depth; level++) {
    schema = { type: 'object', properties: { a: schema } };
    reply = { a: reply };
  }
  return { schema: deepFreeze(schema), reply };
}

describe.each(dialectNames)('%s', (dialect) => {
  test('takes a schema and an answer of 10,000 levels', () => {
    const { schema, reply } = nested(10_000);
    const sent = toDialect(schema, dialect);
    let levels = 0;
    for (let at = sent.restore(reply) as { a?: unknown } | null | undefined; at; levels++)
      at = at.a as typeof at;
    expect(levels).toBeGreaterThanOrEqual(10_000);
  });

  test('takes 100,000 levels, alternatives and parts', () => {
    let schema: Schema = { type: 'string' };
    for (let level = 0; level < 100_000; level++) {
      schema =
        level % 3 === 0 ? { anyOf: [schema] } : level % 3 === 1 ? { allOf: [schema] } : { items: schema };
    }
    expect(toDialect({ type: 'object', properties: { schema } }, dialect).schema).toHaveProperty(
      'type',
      'object',
    );
  });
});

test('schemas that only refer to themselves end', () => {
  const loop = { $ref: '#/$defs/A', $defs: { A: { $ref: '#/$defs/B' }, B: { $ref: '#/$defs/A' } } };
  for (const dialect of dialectNames) expect(toDialect(loop, dialect).schema).toBeDefined();
  const own = { allOf: [{ $ref: '#' }, { type: 'string' }] };
  expect(toDialect(own, 'ollama').schema).toEqual({ type: 'string' });
});

test('references beside other keywords are joined, also where they come back to themselves', () => {
  const schema = deepFreeze({
    type: 'object',
    properties: { child: { allOf: [{ $ref: '#' }, { properties: { extra: { type: 'string' } } }] } },
    required: ['child'],
  });
  const { schema: sent } = toDialect(schema, 'ollama');
  expect(sent.properties).toEqual({ child: { $ref: '#/$defs/root' } });
  expect(sent.$defs).toEqual({
    root: {
      type: 'object',
      properties: { child: { $ref: '#/$defs/root' }, extra: { type: 'string' } },
      required: ['child'],
    },
  });
});

test('what would double at each level is cut and told', () => {
  const $defs: Record<string, Schema> = {};
  for (let level = 0; level < 40; level++) {
    const next = { $ref: `#/$defs/D${level + 1}` };
    const half = (name: string): Schema => ({ properties: { [name]: { ...next, minProperties: 1 } } });
    $defs[`D${level}`] = {
      anyOf: [half('a'), half('b')],
      properties: { c: { ...next, maxProperties: level } },
    };
  }
  const { schema, losses } = toDialect(
    { $ref: '#/$defs/D0', $defs: { ...$defs, D40: { type: 'null' } } },
    'ollama',
  );
  expect(JSON.stringify(schema).length).toBeLessThan(1_000_000);
  expect(losses.length).toBeGreaterThan(0);
});
