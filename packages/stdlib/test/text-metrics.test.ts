import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mathAnswer, textSimilarity } from '../src/index.js';

describe('mathAnswer', () => {
  test.each([
    ['42', '42'],
    ['The answer is 42.', '42'],
    ['the answer is: **42**', '42'],
    ['First 3, then 4, so 12', '12'],
    ['between 3-4', '4'],
    ['3 - 5 is -2', '-2'],
    ['#### 1,234', '1234'],
    ['$1,250.50', '2501/2'],
    ['1/2', '1/2'],
    ['0.5', '1/2'],
    ['.5', '1/2'],
    ['50%', '1/2'],
    ['50\\%', '1/2'],
    ['\\frac{1}{2}', '1/2'],
    ['-\\dfrac{3}{6}', '-1/2'],
    ['−3', '-3'],
    ['-3', '-3'],
    ['+3', '3'],
    ['1e3', '1000'],
    ['2 \\times 10^{3}', '2000'],
    ['2.5 × 10^-1', '1/4'],
    ['so \\boxed{7} and not 8', '7'],
    ['\\boxed{1} or rather \\boxed{\\frac{1}{4}}', '1/4'],
    ['\\boxed{5\\text{ cm}}', '5'],
    ['\\boxed{ x + 1 }', 'x+1'],
    ['\\boxed{\\left(1, 2\\right)}', '(1,2)'],
    ['12345678901234567890', '12345678901234567890'],
    ['The answer is 5, since 2 + 3 makes 5 and not 6.', '5'],
    ['0.333333333', '333333/1000000'],
  ])('of %j is %j', async (text, answer) => {
    expect(await mathAnswer(text)).toBe(answer);
  });

  test.each(['', 'no number', '\\boxed{', '1/0', `${'9'.repeat(500)}`])('of %j is none', async (text) => {
    expect(await mathAnswer(text)).toBeNull();
  });

  test('a third is a third, exact or not', async () => {
    expect(await mathAnswer('0.333333333')).toBe(await mathAnswer('1/3'));
    expect(await mathAnswer('0.000001234567')).not.toBe(await mathAnswer('0.000001234'));
  });

  test('whole numbers survive any writing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (n) => {
        const written = [
          `${n}`,
          n.toLocaleString('en'),
          `The answer is ${n}.`,
          `\\boxed{${n}}`,
          `${n}.0`,
          `${n * 2}/2`,
        ];
        const read = await Promise.all(written.map(mathAnswer));
        expect(read).toEqual(written.map(() => String(n)));
      }),
    );
  });

  test('any text is read without an error', async () => {
    const pieces = fc.constantFrom(
      '\\boxed{',
      '}',
      '1',
      '/',
      '0',
      'e',
      '-',
      '.',
      '\\frac{1}{',
      '%',
      ',',
      ' ',
      '####',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 40 }), async (parts) => {
        const answer = await mathAnswer(parts.join(''));
        expect(answer === null || typeof answer === 'string').toBe(true);
      }),
    );
  });
});

describe('textSimilarity', () => {
  test.each([
    ['the cat sat', 'The cat sat!', 1],
    ['the cat sat', 'the cat slept', 2 / 3],
    ['one two', 'three four', 0],
    ['', '', 1],
    ['…', '?!', 1],
    ['', 'a', 0],
    ['私は猫が好きです', '私は犬が好きです', 5 / 6],
  ])('of %j and %j', async (a, b, alike) => {
    expect(await textSimilarity(a, b)).toBeCloseTo(alike, 2);
  });

  test('is 1 with itself, the same both ways, and never outside 0 to 1', async () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', '.', '猫', '“'), { maxLength: 12 })
      .map((w) => w.join(' '));
    await fc.assert(
      fc.asyncProperty(text, text, async (a, b) => {
        const [ab, ba, aa] = await Promise.all([
          textSimilarity(a, b),
          textSimilarity(b, a),
          textSimilarity(a, a),
        ]);
        expect(ab).toBeCloseTo(ba, 10);
        expect(aa).toBe(1);
        expect(ab).toBeGreaterThanOrEqual(0);
        expect(ab).toBeLessThanOrEqual(1);
      }),
    );
  });
});
