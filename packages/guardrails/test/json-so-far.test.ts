import type { JsonSchema } from '@melliflow/core';
import { describe, expect, test } from 'vitest';
import { jsonSchemaSoFar } from '../src/index.js';
import { failingUnit, stream, whole } from './support/drive.js';

const city = {
  type: 'object',
  properties: {
    city: { enum: ['Rome', 'Oslo'] },
    sizes: { type: 'array', items: { type: 'integer', minimum: 0 }, maxItems: 2 },
    note: { type: 'string', maxLength: 3 },
  },
  required: ['city'],
  additionalProperties: false,
};

const choice = {
  anyOf: [
    { type: 'object', properties: { kind: { const: 'a' }, x: { type: 'string' } }, required: ['kind'] },
    { type: 'object', properties: { kind: { const: 'b' }, x: { type: 'number' } }, required: ['kind'] },
  ],
};

const list = {
  $ref: '#/$defs/node',
  $defs: {
    node: {
      type: 'object',
      properties: { next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } },
      required: ['next'],
      additionalProperties: false,
    },
  },
};

/** Up to the bar a text may go on to be valid; with the character after it, no longer. */
const cases: [what: string, schema: Record<string, unknown>, text: string][] = [
  ['another type', city, '|[]'],
  ['words around it', city, '|Here is: {}'],
  ['an unknown name', city, '{"cit|x"'],
  ['a name cut short', city, '{"cit|": "Rome"}'],
  ['a value that is not listed', city, '{"city": "R|iga"}'],
  ['a listed value cut short', city, '{"city": "Ro|"}'],
  ['a value behind an escape', city, '{"city": "\\u0052\\u006|1me"}'],
  ['the wrong type of a property', city, '{"sizes": |"no"}'],
  ['the wrong type of an item', city, '{"sizes": [1, |true]}'],
  ['a fraction for a whole number', city, '{"sizes": [1.5|]}'],
  ['a number below zero', city, '{"sizes": [-|1]}'],
  ['one item too many', city, '{"sizes": [1, 2|, 3]}'],
  ['a text too long', city, '{"note": "abc|d"}'],
  ['a missing name', city, '{"note": "abc"|}'],
  ['a name twice', city, '{"city": "Rome", "city|": "Oslo"}'],
  ['a comma at the end', city, '{"city": "Rome",|}'],
  ['text after the end', city, '{"city": "Rome"} |x'],
  ['a value of another choice', choice, '{"kind": "b", "x": |"s"}'],
  ['a value that rules out a later choice', choice, '{"x": 1, "kind": "|a"}'],
  ['deep in recursion', list, '{"next": {"next": {"next": |0}}}'],
  ['an item past the tuple', { prefixItems: [{ type: 'null' }], items: false }, '[null|, null]'],
  ['nothing fits', { allOf: [{ type: 'string' }, { type: 'null' }] }, '|null'],
  ['an object that is listed', { enum: [{ a: [1] }] }, '{"a": [1|, 2]}'],
  ['a control character', { type: 'string' }, '"a|\nb"'],
  ['a broken escape', { type: 'string' }, '"\\|x"'],
  ['a number with a leading zero', { type: 'number' }, '0|1'],
  ['too many properties', { maxProperties: 1 }, '{"a": 1|, "b": 2}'],
  ['a positive number', { maximum: -1 }, '|1'],
];

describe('jsonSchemaSoFar', () => {
  test.each(cases)('fails at the first character of %s', async (_what, schema, marked) => {
    const at = marked.indexOf('|');
    const text = marked.replace('|', '');
    expect(await failingUnit(jsonSchemaSoFar(schema), text)).toBe(at + 1);
    expect(await whole(jsonSchemaSoFar(schema), text)).not.toBeNull();
  });

  test('an unfinished document is unknown, a finished one passes', async () => {
    const chunks = ['{"city":', '"Rome", "sizes": [1,', '2]', '}'];
    const guardrail = jsonSchemaSoFar(city);
    for (const count of [1, 2, 3])
      expect((await stream(guardrail, chunks.slice(0, count))).last, String(count)).toBe('unknown');
    expect((await stream(guardrail, chunks)).last).toBe('pass');
    expect(await whole(guardrail, '{"city": "Rome"')).toBe('The JSON is not complete.');
  });

  test('says where, with names of the schema only', async () => {
    const secretive = {
      properties: { a: { items: { type: 'null' } } },
      additionalProperties: { type: 'null' },
    };
    expect(await whole(jsonSchemaSoFar(secretive), '{"a": [null, 1]}')).toBe(
      'The schema does not allow number here (at character 14, $.a[1]).',
    );
    expect(await whole(jsonSchemaSoFar(secretive), '{"mine": 1}')).toBe(
      'The schema does not allow number here (at character 10, $.*).',
    );
  });

  test('the whole is held to every keyword', async () => {
    const guardrail = jsonSchemaSoFar({ type: 'string', pattern: '^a+$' });
    expect((await stream(guardrail, ['"bb"'])).last).toBe('pass');
    expect(await whole(guardrail, '"bb"')).toMatch(/must match pattern/);
    expect(await whole(guardrail, '"aa"')).toBeNull();
  });

  test('more choices than are followed allow too much in a stream, and never too little', async () => {
    const choices = (offset: number) => ({
      anyOf: Array.from({ length: 40 }, (_, i) => ({ properties: { [`p${i + offset}`]: { const: i } } })),
    });
    const guardrail = jsonSchemaSoFar({ allOf: [choices(0), choices(1), { type: 'object' }] });
    expect((await stream(guardrail, ['{"p0": 0, "p1": 0}'])).last).toBe('pass');
    expect((await stream(guardrail, ['[]'])).failedAt).toBe(0);
  });

  test('100,000 levels deep', async () => {
    const text = '['.repeat(100_000) + ']'.repeat(100_000);
    expect((await stream(jsonSchemaSoFar({ items: { $ref: '#' } }), [text])).last).toBe('pass');
  });

  test('choices at each of many levels are as many ways as the schema has, not as many as the levels make', async () => {
    const node = (kind: string) => ({
      type: 'object',
      properties: { kind: { const: kind }, next: { $ref: '#' } },
      required: ['kind'],
    });
    const tree = { anyOf: [node('a'), node('b'), { type: 'null' }] };
    const text = `${'{"next": '.repeat(200)}null${', "kind": "a"}'.repeat(200)}`;
    expect((await stream(jsonSchemaSoFar(tree), [text])).last).toBe('pass');
    const wrong = text.replace('"a"', '"c"');
    expect((await stream(jsonSchemaSoFar(tree), [wrong])).failedAt).toBe(0);
  });

  test('a name by a pattern', async () => {
    const named = (pattern: string) => ({
      patternProperties: { [pattern]: { type: 'null' } },
      additionalProperties: false,
    });
    expect((await stream(jsonSchemaSoFar(named('^a')), ['{"ab": null}'])).last).toBe('pass');
    expect((await stream(jsonSchemaSoFar(named('^a')), ['{"ba": '])).failedAt).toBe(0);
    await expect(whole(jsonSchemaSoFar(named('(')), '{"ba": null}')).rejects.toThrow(TypeError);
  });

  test('what is no schema is refused', () => {
    expect(() => jsonSchemaSoFar('object' as never)).toThrow(TypeError);
  });
});

test('a schema that nothing can be validated by is told before the first chunk is', async () => {
  for (const schema of [
    { type: 'strng' },
    { properties: { a: { pattern: '(' } } },
    { $ref: '#/$defs/%zz' },
  ]) {
    const guardrail = jsonSchemaSoFar(schema as JsonSchema);
    for (let i = 0; i < 2; i += 1)
      await expect(stream(guardrail, ['x'])).rejects.toThrow('cannot be used to validate');
  }
});
