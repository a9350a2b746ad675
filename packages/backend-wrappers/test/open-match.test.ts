import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { farthestLook, longestMatch } from '../src/redact-output/longest-match.js';
import { openMatch } from '../src/redact-output/open-match.js';
import { outputSettings } from '../src/redact-output/output-settings.js';
import { stepsOf } from '../src/redact-output/pattern-steps.js';
import { StreamRedactor } from '../src/redact-output/stream-redactor.js';
import { redactedAtOnce } from './support/redacted-at-once.js';

const atoms = [
  'a',
  'b',
  '.',
  '\\b',
  '\\B',
  '[ab]',
  '[^a]',
  '\\x61',
  '\\u0062',
  '\\w',
  '\\W',
  '^',
  '$',
  '\\n',
  ' ',
];

/** Expressions of all kinds of syntax, over few letters, so that they match often. */
const { pattern: source } = fc.letrec<{ pattern: string; sequence: string; step: string; group: string }>(
  (tie) => ({
    pattern: fc.array(tie('sequence'), { minLength: 1, maxLength: 2 }).map((all) => all.join('|')),
    sequence: fc.array(tie('step'), { minLength: 1, maxLength: 4 }).map((all) => all.join('')),
    step: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...atoms),
      fc.constantFrom('a+', 'b*', '[ab]{2,3}', '.??', 'a{2}'),
      tie('group'),
    ),
    group: fc
      .tuple(
        fc.constantFrom('(', '(?:', '(?<name>', '(?=', '(?!', '(?<=', '(?<!'),
        tie('pattern'),
        fc.constantFrom('', '?', '{1,2}', '*?'),
      )
      .map(
        ([opening, body, often]) => `${opening}${body})${/^\(\?(?:=|!|<=|<!)$/.test(opening) ? '' : often}`,
      ),
  }),
);

const matchers = fc
  .tuple(source, fc.constantFrom('', 'i', 'm', 's', 'u'))
  .filter(([body]) => (body.match(/\?<name>/g)?.length ?? 0) < 2)
  .map(([body, flags]) => new RegExp(body, flags))
  .filter((matcher) => ''.search(matcher) === -1);

describe('whether more text could decide', () => {
  it('is known for expressions of any kind: what goes out is final, and nothing is missed', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', 'a', 'b', 'A', ' ', '\n', '🔑'), { maxLength: 10 });
    fc.assert(
      fc.property(matchers, letters, (matcher, all) => {
        const redactor = new StreamRedactor(
          outputSettings({ patterns: [matcher], replacement: '*', maxMatchLength: 64 }),
        );
        const out = all.map((letter) => redactor.push(letter)).join('') + redactor.end(true);
        expect(out).toBe(redactedAtOnce(all.join(''), [matcher], '*'));
      }),
      {
        numRuns: 1500,
        examples: [
          [/\B./u, ['a', '🔑', 'a']],
          [/b(?<=\b)/, ['b', 'a']],
        ],
      },
    );
  });

  it('is not known for back references and the like: there, as much as the bound is held back', () => {
    const sets = 'v';
    for (const matcher of [/(a)\1/, /(?<x>a)\k<x>/, new RegExp('[\\w--\\d]+', sets), /(?<=a(?=b))b+/]) {
      if (!matcher.flags.includes('v')) expect(openMatch(stepsOf(matcher))).toBeNull();
      const redactor = new StreamRedactor(outputSettings({ patterns: [matcher], maxMatchLength: 4 }));
      expect(redactor.push('... ') + redactor.push('.')).toBe('..');
    }
    for (const known of [/\\1/, /(?<=a)b(?=c)/, /[(?<=][(?!]/])
      expect(openMatch(stepsOf(known))).not.toBeNull();
  });
});

describe('the longest match', () => {
  it('is at least as long as any, and as what stands before it that decides', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'A', ' ', '\n', '🔑'), maxLength: 24 });
    fc.assert(
      fc.property(matchers, letters, (matcher, text) => {
        const longest = longestMatch(stepsOf(matcher), matcher.unicode);
        for (const [match] of text.matchAll(new RegExp(matcher, `${matcher.flags}g`)))
          expect(match.length).toBeLessThanOrEqual(longest);
      }),
      { numRuns: 1500 },
    );
  });

  it.each<[RegExp, number, number]>([
    [/abc/, 3, 1],
    [/a{2,5}(?:bc|d)?/, 7, 1],
    [/\bx\d{16}(?!\d)/, 19, 1],
    [/(?<![A-Z]{3})a\{2}/, 4, 4],
    [/(?<=a(?<!bb))c/, 1, 4],
    [/c(?<=c\b)/, 3, 3],
    [/./u, 2, 1],
    [/a+/, Number.POSITIVE_INFINITY, 1],
    [/(?:a{1,3}){4,}?/, Number.POSITIVE_INFINITY, 1],
    [/(a)\1/, Number.POSITIVE_INFINITY, 1],
  ])('of %s is known', (matcher, longest, look) => {
    expect(longestMatch(stepsOf(matcher), matcher.unicode)).toBe(longest);
    expect(farthestLook(stepsOf(matcher), matcher.unicode)).toBe(look);
  });

  it('is waited for where the expression limits it, whatever the bound for others is', () => {
    const patterns = [/x\d{600}/, /y\d+/];
    const redactor = new StreamRedactor(outputSettings({ patterns, replacement: '*', maxMatchLength: 10 }));
    const text = `y${'7'.repeat(600)} x${'7'.repeat(600)} .`;
    const out = Array.from(text, (letter) => redactor.push(letter)).join('') + redactor.end(true);
    expect(out).toBe(`*${'7'.repeat(591)} * .`);
  });
});
