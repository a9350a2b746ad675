import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@melliflow/core';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { toDialect, validated } from '../src/index.js';
import { openaiFaults } from './support/openai-rules.js';

type Library = StandardSchemaV1 & StandardJSONSchemaV1;

const libraries: readonly (readonly [name: string, schema: Library])[] = [
  [
    'zod',
    z.object({
      name: z.string(),
      nick: z.string().optional(),
      note: z.string().nullable(),
      tags: z.array(z.object({ label: z.string(), weight: z.number().optional() })),
    }) as unknown as Library,
  ],
  [
    'valibot',
    toStandardJsonSchema(
      v.object({
        name: v.string(),
        nick: v.optional(v.string()),
        note: v.nullable(v.string()),
        tags: v.array(v.object({ label: v.string(), weight: v.optional(v.number()) })),
      }),
    ) as unknown as Library,
  ],
  [
    'arktype',
    type({
      name: 'string',
      'nick?': 'string',
      note: 'string | null',
      tags: type({ label: 'string', 'weight?': 'number' }).array(),
    }) as unknown as Library,
  ],
];

const jsonSchemaOf = (schema: Library): Record<string, unknown> =>
  schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' });

describe.each(libraries)('%s', (_, schema) => {
  test('is sent in OpenAI strict, and the library takes what comes back', async () => {
    const sent = toDialect(jsonSchemaOf(schema), 'openai-strict');
    expect(openaiFaults(sent.schema)).toEqual([]);
    expect(sent.losses).toEqual([]);
    const reply = { name: 'Ada', nick: null, note: null, tags: [{ label: 'x', weight: null }] };
    const expected = { name: 'Ada', note: null, tags: [{ label: 'x' }] };
    const result = await schema['~standard'].validate(sent.restore(reply));
    expect(result).toEqual(expect.objectContaining({ value: expected }));
    const unrestored = await schema['~standard'].validate(reply);
    expect(unrestored.issues).not.toBeUndefined();
  });

  test('stays itself where it validates already', () => {
    expect(validated(schema)).toBe(schema);
  });
});

test('what zod says with formats, records, tuples, unions, defaults and getters', async () => {
  const Node = z.object({
    id: z.uuid(),
    get next() {
      return Node.optional();
    },
  });
  const schema = z.object({
    mail: z.email(),
    when: z.iso.datetime(),
    counts: z.record(z.string(), z.int()),
    flags: z.partialRecord(z.enum(['a', 'b']), z.boolean()),
    pair: z.tuple([z.string(), z.boolean()]),
    shape: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('circle'), radius: z.number().positive() }),
      z.object({ kind: z.literal('square'), side: z.number().optional() }),
    ]),
    lang: z.string().default('en'),
    node: Node,
  });
  const sent = toDialect(jsonSchemaOf(schema as unknown as Library), 'openai-strict');
  expect(openaiFaults(sent.schema)).toEqual([]);
  expect(sent.losses.map(({ kind, keyword }) => `${kind} ${keyword}`)).toEqual([
    'changed additionalProperties',
    'changed prefixItems',
  ]);
  const id = '3f2b8a52-7a53-4a54-9a6c-0a3f6d3f6b11';
  const reply = {
    mail: 'ada@example.com',
    when: '2026-01-01T00:00:00Z',
    counts: [
      { key: 'a', value: 1 },
      { key: 'b', value: 2 },
    ],
    flags: { a: true, b: null },
    pair: ['x', true],
    shape: { kind: 'square', side: null },
    lang: null,
    node: { id, next: { id, next: null } },
  };
  expect(schema.parse(sent.restore(reply))).toEqual({
    ...reply,
    counts: { a: 1, b: 2 },
    flags: { a: true },
    shape: { kind: 'square' },
    lang: 'en',
    node: { id, next: { id } },
  });
});
