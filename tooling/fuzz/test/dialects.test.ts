import { dialectNames, toDialect } from '@melliflow/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fits } from './support/fits.js';
import { runs } from './support/runs.js';
import { anySchema, drawFrom, sampleOf } from './support/schemas.js';

const tape = fc.array(fc.nat(1000), { minLength: 1, maxLength: 30 });

describe.each(dialectNames)('%s', (dialect) => {
  it('an answer that it allows fits the schema that was given, unless it says what it lost', async () => {
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(anySchema, tape, async (schema, drawn) => {
        const sent = toDialect(schema, dialect);
        if (sent.losses.length > 0) return;
        const answer = sampleOf(sent.schema, sent.schema, drawFrom(drawn));
        if (!(await fits(sent.schema, answer))) return;
        asked += 1;
        const restored = sent.restore(answer);
        const told = `${JSON.stringify(restored)} of ${JSON.stringify(answer)} by ${JSON.stringify(sent.schema)}`;
        expect(await fits(schema, restored), told).not.toBe(false);
        expect(JSON.parse(sent.restoreText(JSON.stringify(answer)))).toEqual(restored);
      }),
      runs(300),
    );
    expect(asked).toBeGreaterThan(0);
  });

  it('takes what the schema allows as it is, where it has no way back and lost nothing', async () => {
    await fc.assert(
      fc.asyncProperty(anySchema, tape, async (schema, drawn) => {
        const sent = toDialect(schema, dialect);
        if (sent.restores || sent.losses.length > 0) return;
        const value = sampleOf(schema, schema, drawFrom(drawn));
        if (!(await fits(schema, value))) return;
        expect(await fits(sent.schema, value), JSON.stringify([value, sent.schema])).not.toBe(false);
      }),
      runs(300),
    );
  });
});
