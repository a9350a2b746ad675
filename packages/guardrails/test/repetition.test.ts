import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noRepetition } from '../src/index.js';
import { loopRule } from '../src/limits/loop-rule.js';
import { failingUnit, stream, whole } from './support/drive.js';

/** A few lines of words that do not come again. */
const verse = (i: number): string =>
  Array.from('abcdefghij', (letter) => `${letter.repeat(i)} ${letter.repeat(i + 5)}`).join('\n');
const sentence = 'The cat sat down on the old red mat again. ';

describe('noRepetition', () => {
  test('a phrase of twelve words may not come four times, among others', async () => {
    const mixed = [1, 2, 3, 4].map(
      (i) => `${sentence}Nobody had asked it to. Then ${i} thing${'s'.repeat(i)} came. `,
    );
    expect(await whole(noRepetition(), mixed.slice(0, 3).join(''))).toBeNull();
    expect(await whole(noRepetition(), mixed.join(''))).toBe('It says the same 12 words 4 times.');
    expect((await stream(noRepetition(), mixed)).failedAt).toBe(3);
  });

  test('in any case of letters, and only within so many words', async () => {
    const guardrail = noRepetition({ times: 2, words: 3, withinWords: 10 });
    expect(await whole(guardrail, 'One two three. Four ONE TWO THREE. five')).toBe(
      'It says the same 3 words 2 times.',
    );
    const apart = Array.from({ length: 12 }, (_, i) => `w${i}`).join(' ');
    expect(await whole(guardrail, `one two three ${apart} one two three`)).toBeNull();
  });

  test.each([
    ['two letters', 'ha'],
    ['Chinese without spaces', '我不知道'],
    ['a row of a table', '| yes | no |\n'],
    ['faces', '😂'],
  ])('the loop of %s ends the text', async (_name, piece) => {
    const reason = await whole(noRepetition(), `Well: ${piece.repeat(70)}`);
    expect(reason).toBe(`It repeats the same ${piece.length} characters over and over.`);
  });

  test.each([
    ['a rule of a document', `${'-'.repeat(80)}\ntext\n${'='.repeat(80)}`],
    ['a table', '| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n| 5 | 6 |'],
    ['prose', sentence + sentence],
    ['a table with wide columns', `| a |${' '.repeat(300)}|\n|---|${'-'.repeat(300)}|\n`.repeat(2)],
    ['a list of zeros', `const sums = [${'0, '.repeat(150)}];`],
    [
      'code',
      ['a', 'b', 'c', 'd', 'e', 'f']
        .map(
          (name) =>
            `define(exports, "${name}", { enumerable: true, get: function () { return m.${name}; } });`,
        )
        .join('\n'),
    ],
    [
      'a refrain',
      [1, 2, 3, 4].map((i) => `Row, row the boat, gently down the stream.\n${verse(i)}`).join('\n'),
    ],
  ])('%s is no loop', async (_name, text) => {
    expect(await whole(noRepetition(), text)).toBeNull();
  });

  test('marks and blanks that never end are a loop all the same', async () => {
    for (const piece of ['|--|', ' \n', '0, ', '. '])
      expect(await whole(noRepetition(), `Well: ${piece.repeat(1000 / piece.length)}`)).toContain(
        'over and over',
      );
  });

  test('says what is wrong with its settings', () => {
    expect(() => noRepetition({ times: 1 })).toThrow(/times must be a whole number from 2 up, got number 1/);
    expect(() => noRepetition({ words: 0.5 })).toThrow(/words must be a whole number from 1 up/);
  });
});

describe('loops', () => {
  const piece = fc.string({ unit: fc.constantFrom(...'abcdefgh'), minLength: 1, maxLength: 60 });

  test('what follows itself is found, soon after it is a loop', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 300 }),
        piece,
        fc.integer({ min: 2, max: 5 }),
        (before, one, times) => {
          const rule = loopRule({ times, characters: 40 });
          const state = rule.start();
          const length = Math.max(one.length * times, 40);
          const text = before + one.repeat(Math.ceil((length * 2 + 20) / one.length) + 1);
          const found = [...Array(text.length).keys()].find(
            (i) => rule.read(state, text.charCodeAt(i)) !== null,
          );
          expect(found).toBeDefined();
        },
      ),
      { numRuns: 500 },
    );
  });

  test('what is found follows itself so often', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', 'abcdefghij'), maxLength: 60 }),
        fc.integer({ min: 2, max: 4 }),
        (text, times) => {
          const rule = loopRule({ times, characters: 2 });
          const state = rule.start();
          for (let i = 0; i < text.length; i += 1) {
            const reason = rule.read(state, text.charCodeAt(i));
            if (reason === null) continue;
            const period = Number(/\d+/.exec(reason)?.[0]);
            const tail = text.slice(i + 1 - period * times, i + 1);
            expect(tail).toBe(tail.slice(0, period).repeat(times));
            return;
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

test('a loop stops the stream at one character, of however long a text', async () => {
  const guardrail = noRepetition({ borders: 'none' });
  const text = 'ha'.repeat(500);
  const unit = await failingUnit(guardrail, text);
  expect(unit).toBeGreaterThanOrEqual(120);
  expect(unit).toBeLessThan(140);
});
