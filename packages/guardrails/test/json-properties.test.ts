import { jsonSchema } from '@melliflow/schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonRule } from '../src/json/json-rule.js';
import { randomDocument, randomSchema } from './support/random-schema.js';

/** The unit by which the text fails, from 1; one past the end when only the end tells; 0: it fits. */
function faultAt(schema: Record<string, unknown>, text: string): number {
  const rule = jsonRule(schema);
  const state = rule.start();
  for (let i = 0; i < text.length; i += 1) if (rule.read(state, text.charCodeAt(i)) !== null) return i + 1;
  return rule.end(state) === null ? 0 : text.length + 1;
}

async function isValid(schema: Record<string, unknown>, text: string): Promise<boolean> {
  const { issues } = await jsonSchema({ schema })['~standard'].validate(JSON.parse(text));
  return issues === undefined;
}

test('for random schemas: a document that fits fails at no prefix, another one by its end', async () => {
  const seen = { valid: 0, invalid: 0 };
  await fc.assert(
    fc.asyncProperty(
      randomSchema,
      fc.array(randomDocument, { minLength: 4, maxLength: 8 }),
      async (schema, texts) => {
        for (const text of texts) {
          const valid = await isValid(schema, text);
          seen[valid ? 'valid' : 'invalid'] += 1;
          const unit = faultAt(schema, text);
          if (valid) expect(unit, text).toBe(0);
          else expect(unit, text).toBeGreaterThan(0);
        }
      },
    ),
    { numRuns: 500 },
  );
  expect(Math.min(seen.valid, seen.invalid)).toBeGreaterThan(200);
});

test('a part that does not fit by itself fails at the latest at the character after it', async () => {
  let seen = 0;
  await fc.assert(
    fc.asyncProperty(randomSchema, randomDocument, async ({ $defs, ...schema }, part) => {
      if (await isValid({ $defs, ...schema }, part)) return;
      seen += 1;
      const list = { $defs, prefixItems: [schema] };
      expect(faultAt(list, `[${part}, "more"]`)).toBeLessThanOrEqual(part.length + 2);
      const object = { $defs, properties: { p: schema } };
      expect(faultAt(object, `{"p":${part}, "q": "more"}`)).toBeLessThanOrEqual(part.length + 6);
    }),
    { numRuns: 400 },
  );
  expect(seen).toBeGreaterThan(50);
});

test('what is not JSON fails where JSON.parse finds the text beyond help', () => {
  const marks = [...'{}[]:,"\\ \n01-.eEtrufalsn', 'null', 'true', '"a"', '\\u00e9', '1.5'];
  const text = fc.string({ unit: fc.constantFrom(...marks), maxLength: 8 });
  fc.assert(
    fc.property(text, (given) => {
      let parses = true;
      try {
        JSON.parse(given);
      } catch {
        parses = false;
      }
      const twice = given.split('"a"').length > 2; // The one thing that JSON.parse takes and we do not.
      if (parses && !twice) expect(faultAt({}, given)).toBe(0);
      if (!parses) expect(faultAt({}, given)).toBeGreaterThan(0);
    }),
    { numRuns: 5000 },
  );
});
