import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePattern } from '../src/patterns/parse-pattern.js';
import { patternRule } from '../src/patterns/pattern-rule.js';
import { personalPatterns, phonePatterns } from '../src/patterns/personal-patterns.js';
import { secretForms } from '../src/patterns/secret-patterns.js';

const tables = [...secretForms, ...Object.values(personalPatterns).flat(), ...Object.values(phonePatterns)];

/** Whether the regular expression finds a match that our patterns must find, and how long the text is by then. */
function expectedUnit(pattern: string, isWhole: boolean, text: string): number {
  const expression = new RegExp(`(?<![A-Za-z0-9])(?:${pattern})$`);
  for (let end = 1; end <= text.length; end += 1) {
    if (!expression.test(text.slice(0, end))) continue;
    if (!isWhole) return end;
    if (end < text.length && !/[A-Za-z0-9]/.test(text[end] as string)) return end + 1;
  }
  return 0;
}

function foundUnit(pattern: string, isWhole: boolean, text: string): number {
  const rule = patternRule([{ name: 'it', pattern, source: 'a test', whole: isWhole }]);
  const state = rule.start();
  for (let i = 0; i < text.length; i += 1) if (rule.read(state, text.charCodeAt(i)) !== null) return i + 1;
  return 0;
}

const atom = fc.constantFrom('a', 'b', '[ab]', '[a-c1]', '\\d', '\\.', '(?:ab|c)', '(?:a|ab)', '-');
const count = fc.constantFrom('', '', '?', '{2}', '{0,2}', '{1,3}');
const pattern = fc
  .array(fc.tuple(atom, count), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.map(([one, times]) => one + times).join(''))
  .filter((source) => !new RegExp(`^(?:${source})$`).test(''));

describe('patterns', () => {
  test('find what the regular expression finds, at the same unit', () => {
    fc.assert(
      fc.property(
        pattern,
        fc.boolean(),
        fc.string({ unit: fc.constantFrom(...'aabbc1.- é'), maxLength: 14 }),
        (source, isWhole, text) => {
          expect(foundUnit(source, isWhole, text)).toBe(expectedUnit(source, isWhole, text));
        },
      ),
      { numRuns: 3000 },
    );
  });

  test.each(tables)('$pattern is found in what it makes', ({ pattern: source, whole = false }) => {
    fc.assert(
      fc.property(fc.stringMatching(new RegExp(`^${source}$`)), (text) => {
        expect(foundUnit(source, whole, `${text} `)).toBeGreaterThan(0);
      }),
      { numRuns: 10 },
    );
  });

  test.each([
    ['a*', /has "\*" at 1/],
    ['a+', /has "\+" at 1/],
    ['[^a]', /has "\^" at 1/],
    ['[a', /has an open class/],
    ['(a)', /has "\(" at 0/],
    ['a.', /has "\." at 1/],
    ['\\s', /has \\s at 2/],
    ['a)', /has "\)" at 1/],
  ])('%s is refused', (source, message) => {
    expect(() => parsePattern(source)).toThrow(message);
  });

  test('one that takes the empty text is refused', () => {
    expect(() => patternRule([{ name: 'it', pattern: 'a?', source: 'a test' }])).toThrow(
      /takes the empty text/,
    );
  });

  test('matches under way are at most as many as states, in however many ways they came about', () => {
    const rule = patternRule([{ name: 'it', pattern: 'a{0,9}a{0,9}a{0,9}b', source: 'a test' }]);
    const state = rule.start();
    for (let i = 0; i < 25; i += 1) {
      rule.read(state, 'a'.charCodeAt(0));
      expect(state.active.length).toBeLessThanOrEqual(28);
    }
    expect(rule.read(state, 'b'.charCodeAt(0))).toBe('It has it.');
  });

  test('each row of the tables has a source', () => {
    for (const { source } of tables) expect(source).not.toBe('');
  });
});
