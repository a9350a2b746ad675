import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cut, failingUnit, stream, whole } from './support/drive.js';
import { samples } from './support/samples.js';

const places = fc.array(fc.nat(200), { maxLength: 8 });

describe.each(Object.entries(samples))('%s', (_name, { make, pieces }) => {
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((parts) => parts.join(''));

  test('fails at the same character, however the text is cut', async () => {
    const guardrail = make({ borders: 'none' });
    await fc.assert(
      fc.asyncProperty(text, places, async (given, at) => {
        const chunks = cut(given, at);
        const { failedAt, last } = await stream(guardrail, chunks);
        const unit = await failingUnit(guardrail, given);
        const through = (count: number): number => chunks.slice(0, count).join('').length;
        if (unit === 0) expect(failedAt).toBe(-1);
        else {
          expect(through(failedAt)).toBeLessThan(unit);
          expect(through(failedAt + 1)).toBeGreaterThanOrEqual(unit);
        }
        const reason = await whole(guardrail, given);
        if (unit > 0) expect(reason).not.toBeNull();
        else if (last !== null) expect(last).toBe(reason === null ? 'pass' : 'unknown');
      }),
      { numRuns: 400 },
    );
  });

  test('says of words what it says of them with spaces between', async () => {
    const guardrail = make({ borders: 'space' });
    const word = text.map((given) => given.replace(/\s/g, '')).filter((given) => given !== '');
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 5 }), async (chunks) => {
        const { failedAt, last } = await stream(guardrail, chunks);
        const reason = await whole(guardrail, chunks.join(' '));
        if (failedAt === -1) expect(last).toBe(reason === null ? 'pass' : 'unknown');
        else expect(await whole(guardrail, chunks.slice(0, failedAt + 1).join(' '))).not.toBeNull();
      }),
      { numRuns: 400 },
    );
  });

  test('a clone goes on from where it was made, and on its own', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, text, async (before, one, other) => {
        const guardrail = make({ borders: 'none' });
        const { failedAt } = await stream(guardrail, [before]);
        fc.pre(failedAt === -1);
        const io = {} as never;
        await guardrail.streamValidate(before, io);
        const first = guardrail.clone();
        const second = guardrail.clone();
        await first.streamValidate(one, io);
        const verdict = await second.streamValidate(other, io);
        const { last } = await stream(make({ borders: 'none' }), [before, other]);
        expect(verdict.success).toBe(last);
      }),
      { numRuns: 100 },
    );
  });
});
