import { expect, test } from 'vitest';
import { jsonSchema } from '../src/index.js';

const issuesOf = async (schema: Record<string, unknown>, value: unknown): Promise<unknown> =>
  (await jsonSchema({ schema })['~standard'].validate(value)).issues;

test('conditions beside patterns of names are checked, at any depth', async () => {
  // As it is parsed: an object literal with a `then` could be taken for a promise.
  const items =
    JSON.parse(`{ "type": "object", "patternProperties": { "^x": { "type": "string" } }, "if": { "required": ["a"] },
    "then": { "patternProperties": { "^x": { "type": "string" } }, "if": { "required": ["a"] }, "then": { "type": "string" } } }`);
  expect(await issuesOf({ type: 'array', items }, [{ x: 'yes', b: 1 }])).toBeUndefined();
  expect(await issuesOf({ type: 'array', items }, [{ x: 'yes', a: 1 }])).toHaveLength(3);
});

test('properties that nothing evaluated are found where the schema asks for it', async () => {
  const schema = { allOf: [{ properties: { a: {} } }], unevaluatedProperties: false };
  expect(await issuesOf(schema, { a: 1 })).toBeUndefined();
  expect(await issuesOf(schema, { a: 1, b: 2 })).toMatchObject([{ message: expect.stringContaining('"b"') }]);
});
