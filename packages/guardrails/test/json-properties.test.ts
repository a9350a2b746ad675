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

/** The JSON texts, without white space, of all objects that have some of these properties in any order. */
function objects(
  values: Readonly<Record<string, readonly unknown[]>>,
  required: readonly string[],
): string[] {
  const from = (names: readonly string[]): string[][] => [
    [],
    ...names.flatMap((name) =>
      from(names.filter((other) => other !== name)).flatMap((rest) =>
        (values[name] ?? []).map((value) => [`"${name}":${JSON.stringify(value)}`, ...rest]),
      ),
    ),
  ];
  return from(Object.keys(values))
    .filter((members) => required.every((name) => members.some((member) => member.startsWith(`"${name}"`))))
    .map((members) => `{${members.join()}}`);
}

test('a text fails at the very character after which none of all that fit can come', () => {
  const value = fc.constantFrom('', 'x', 'xy', 'yx', true, false, null);
  const values = fc.record(
    {
      a: fc.uniqueArray(value, { minLength: 1, maxLength: 3 }),
      ab: fc.uniqueArray(value, { minLength: 1, maxLength: 2 }),
      b: fc.uniqueArray(value, { minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: [] },
  );
  const marks = fc.constantFrom(...'abxy"{}[]:,tfn0-');
  fc.assert(
    fc.property(
      values,
      fc.nat(),
      fc.nat(),
      fc.nat(),
      marks,
      fc.boolean(),
      (by, n, which, at, mark, isFirst) => {
        const names = Object.keys(by);
        const required = names.slice(0, n % (names.length + 1));
        const all = objects(by, required);
        const text = all[which % all.length] as string;
        const place = at % text.length;
        const wrong = text.slice(0, place) + mark + text.slice(isFirst ? place : place + 1);
        const schema = {
          type: 'object',
          properties: Object.fromEntries(Object.entries(by).map(([name, some]) => [name, { enum: some }])),
          required,
          additionalProperties: false,
        };
        const beyond = [...wrong].findIndex(
          (_, i) => !all.some((one) => one.startsWith(wrong.slice(0, i + 1))),
        );
        // Of a name that begins as one that came before only its end tells.
        const [, before = '', begun = ''] = /^(.*)[{,]"([a-z]*)$/.exec(wrong.slice(0, beyond + 1)) ?? [];
        fc.pre(begun === '' || !before.includes(`"${begun}`));
        expect(faultAt(schema, wrong), wrong).toBe(
          beyond === -1 && !all.includes(wrong) ? wrong.length + 1 : beyond + 1,
        );
      },
    ),
    { numRuns: 3000 },
  );
});
