import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dialectNames, jsonSchema, toDialect } from '../src/index.js';
import { deepFreeze } from './support/deep-freeze.js';
import { openaiFaults } from './support/openai-rules.js';
import { sample } from './support/random-schema.js';

async function faultsOf(schema: object, value: unknown): Promise<unknown> {
  return (await jsonSchema({ schema: schema as Record<string, unknown> })['~standard'].validate(value))
    .issues;
}

/** No random schema has a property of this name. */
const isWrapped = ({ properties }: Record<string, unknown>): boolean =>
  typeof properties === 'object' && properties !== null && 'value' in properties;

describe('for random schemas and values', () => {
  test('what OpenAI strict gets follows its rules, and its answer finds the way back', async () => {
    await fc.assert(
      fc.asyncProperty(sample, async ({ schema, answer }) => {
        const sent = toDialect(deepFreeze(schema), 'openai-strict');
        expect(openaiFaults(sent.schema)).toEqual([]);
        const reply = isWrapped(sent.schema) ? { value: answer.strict } : answer.strict;
        expect(await faultsOf(sent.schema, reply)).toBeUndefined();
        const restored = sent.restore(deepFreeze(reply));
        expect(restored).toEqual(answer.value);
        expect(await faultsOf(schema, restored)).toBeUndefined();
        expect(JSON.parse(sent.restoreText(JSON.stringify(reply)))).toEqual(answer.value);
      }),
      { numRuns: 60 },
    );
  });

  test('what llama.cpp gets takes its answers, and they find the way back', async () => {
    await fc.assert(
      fc.asyncProperty(sample, async ({ schema, answer }) => {
        const sent = toDialect(deepFreeze(schema), 'llamacpp');
        expect(JSON.stringify(sent.schema)).not.toMatch(/"(anyOf|allOf|definitions)":/);
        expect(await faultsOf(sent.schema, answer.nullable)).toBeUndefined();
        expect(sent.restore(deepFreeze(answer.nullable))).toEqual(answer.value);
      }),
      { numRuns: 60 },
    );
  });

  test('the others take the value as it is, in an object where they want one', async () => {
    await fc.assert(
      fc.asyncProperty(
        sample,
        fc.constantFrom('openai', 'ollama', 'watsonx', 'hf'),
        async ({ schema, answer }, dialect) => {
          const sent = toDialect(deepFreeze(schema), dialect);
          const reply = dialect === 'hf' && isWrapped(sent.schema) ? { value: answer.value } : answer.value;
          expect(await faultsOf(sent.schema, reply)).toBeUndefined();
          expect(sent.restore(reply)).toEqual(answer.value);
          expect(sent.restores).toBe(reply !== answer.value);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('any JSON may be asked for the way back, and none is changed', async () => {
    fc.assert(
      fc.property(sample, fc.jsonValue(), fc.constantFrom(...dialectNames), ({ schema }, value, dialect) => {
        const sent = toDialect(schema, dialect);
        const before = JSON.stringify(value);
        sent.restore(deepFreeze(value));
        expect(JSON.stringify(value)).toBe(before);
      }),
    );
  });
});
