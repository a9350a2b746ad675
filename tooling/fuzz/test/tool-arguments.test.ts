import { MelliflowError, setLogger } from '@melliflow/core';
import { findToolCalls, tool, validateToolArguments } from '@melliflow/stdlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fits } from './support/fits.js';
import { runs } from './support/runs.js';
import { anySchema, drawFrom, sampleOf } from './support/schemas.js';

setLogger(null);

const tape = fc.array(fc.nat(1000), { minLength: 1, maxLength: 30 });
const parameters = anySchema.filter(({ type, properties }) => type === 'object' && properties !== undefined);
const json = fc.jsonValue();
const given = fc.oneof(
  fc.dictionary(fc.constantFrom('a', 'b', 'value', '__proto__', 'constructor'), json),
  fc.dictionary(fc.string({ unit: 'binary' }), json),
);

it('arguments of any kind are left, mended or refused by an error of ours', () => {
  fc.assert(
    fc.property(parameters, given, fc.boolean(), fc.boolean(), (schema, args, coerce, strict) => {
      const before = JSON.stringify(args);
      const add = tool({ name: 'add', parameters: schema, execute: () => null });
      try {
        validateToolArguments(add, args, { coerce, strict });
      } catch (error) {
        if (!MelliflowError.is(error)) throw error;
      }
      expect(JSON.stringify(args)).toBe(before);
      expect(Object.prototype).not.toHaveProperty('a');
    }),
    runs(500),
  );
});

it('arguments that fit run the tool, as they are', async () => {
  let asked = 0;
  await fc.assert(
    fc.asyncProperty(parameters, tape, async (schema, drawn) => {
      const args = sampleOf(schema, schema, drawFrom(drawn)) as Record<string, unknown>;
      if (!(await fits(schema, args))) return;
      asked += 1;
      const seen: unknown[] = [];
      const add = tool({ name: 'add', parameters: schema, execute: (got) => void seen.push(got) });
      await add.run(args);
      expect(await fits(schema, seen[0]), JSON.stringify([args, seen[0]])).toBe(true);
    }),
    runs(500),
  );
  expect(asked).toBeGreaterThan(0);
});

it('calls are found in whatever a model writes, or not, without a crash', () => {
  const add = tool({ name: 'add', parameters: { type: 'object' }, execute: () => null });
  const call = json.map((args) => JSON.stringify({ name: 'add', arguments: args }));
  const noise = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom(
      '{',
      '}',
      '"',
      '\\',
      '[',
      ']',
      '{"name":"add","arguments":',
      '```json\n',
      '<tool_call>',
      'null',
    ),
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(noise, call), { maxLength: 8 }), (pieces) => {
      for (const found of findToolCalls(pieces.join(''), [add])) expect(found.name).toBe('add');
    }),
    runs(500),
  );
});
