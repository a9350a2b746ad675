import { expect, test } from 'vitest';
import { jsonSchema } from '../src/index.js';

const issuesOf = async (schema: object, value: unknown): Promise<unknown> =>
  (await jsonSchema({ schema: schema as Record<string, unknown> })['~standard'].validate(value)).issues;

test('a value that is too deep for the validator is an issue, not a crash', async () => {
  const list = { $ref: '#/$defs/list', $defs: { list: { type: 'array', items: { $ref: '#/$defs/list' } } } };
  const levels = 100_000;
  const deep = JSON.parse('['.repeat(levels) + ']'.repeat(levels));
  expect(await issuesOf(list, deep)).toMatchObject([{ message: expect.stringContaining('too deeply') }]);
  expect(await issuesOf(list, [[]])).toBeUndefined();
  expect(await issuesOf(list, [1])).toMatchObject([{ message: 'must be array' }]);
});

test('so is a schema that goes round in circles', async () => {
  const $defs = { two: { anyOf: [{ $ref: '#/$defs/two' }, { type: 'integer' }] } };
  const issues = await issuesOf({ $ref: '#/$defs/two', $defs }, 3);
  expect(issues).toMatchObject([{ message: expect.stringContaining('refers to itself') }]);
});
