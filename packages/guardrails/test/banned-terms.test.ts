import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BannedTermsInit, bannedTerms } from '../src/index.js';
import { failingUnit, stream, whole } from './support/drive.js';

const found: [name: string, terms: string[], text: string, init?: BannedTermsInit][] = [
  ['a word', ['robot'], 'The robot spoke'],
  ['in any case', ['robot'], 'ROBOT'],
  ['a phrase over a line end', ['risk free'], 'It is risk \n free.'],
  ['full case folding', ['strasse'], 'Die STRAẞE'],
  ['the other way', ['straße'], 'STRASSE'],
  ['both small sigmas', ['λόγος'], 'ΛΌΓΟΣ'],
  ['an accent of its own', ['café'], 'cafe\u0301!'],
  ['an accent of its own in the term', ['cafe\u0301'], 'café'],
  ['full-width letters', ['bad'], 'ｂａｄ'],
  ['a ligature', ['fish'], 'ﬁsh'],
  ['soft hyphens and zero width', ['robot'], 'ro\u00adb\u200bot'],
  ['a term within a longer term that is not there', ['a b c d', 'b c'], 'a b c e'],
  ['a suffix of a longer term', ['undo it', 'do'], 'undo do'],
  ['Chinese without spaces', ['自杀'], '不要自杀吧'],
  ['outside the first plane', ['😀'], 'so 😀'],
  ['next to punctuation', ['c++'], 'use c++, now'],
  ['part of a word on request', ['art'], 'start', { wholeWords: false }],
  ['Turkish capitals', ['ılık'], 'ILIK', { locale: 'tr' }],
];

const absent: [name: string, terms: string[], text: string, init?: BannedTermsInit][] = [
  ['part of a word', ['art'], 'start artist parts'],
  ['part of the first word', ['art'], 'cart'],
  ['a letter with a mark', ['cafe'], 'cafe\u0301'],
  ['with an underscore', ['key'], 'key_name my_key'],
  ['another case, when it counts', ['Polish'], 'polish', { caseSensitive: true }],
  ['Turkish capitals of another letter', ['ilik'], 'ILIK', { locale: 'tr' }],
  ['half of a syllable', ['가'], '각', { wholeWords: false }],
  ['words apart', ['risk free'], 'risk is free'],
  ['nothing at all', ['x'], ''],
];

describe('bannedTerms', () => {
  test.each(found)('finds %s', async (_name, terms, text, init) => {
    const guardrail = bannedTerms(terms, init);
    expect(await whole(guardrail, text)).toMatch(/^It has the banned term "/);
    expect((await stream(guardrail, [text])).failedAt).toBe(0);
  });

  test.each(absent)('does not find %s', async (_name, terms, text, init) => {
    const guardrail = bannedTerms(terms, init);
    expect(await whole(guardrail, text)).toBeNull();
    expect((await stream(guardrail, [text])).failedAt).toBe(-1);
  });

  test('finds a phrase that goes on in the next chunk, and names it as it was given', async () => {
    const course = await stream(bannedTerms(['Risk Free']), ['It has no risk', 'free of charge', 'or is it']);
    expect(course).toEqual({ failedAt: 1, reason: 'It has the banned term "Risk Free".', last: 'fail' });
  });

  test('takes chunks for parts of one word where nothing lay between them', async () => {
    const chunks = ['rob', 'o', 't', ' x'];
    expect((await stream(bannedTerms(['robot'], { borders: 'none' }), chunks)).failedAt).toBe(3);
    expect((await stream(bannedTerms(['robot'], { borders: 'none' }), ['rob', 'ots'])).failedAt).toBe(-1);
    expect((await stream(bannedTerms(['robot']), chunks)).failedAt).toBe(-1);
  });

  test('fails a part of a word at its last unit, a whole word at the unit after it', async () => {
    const parts = bannedTerms(['art'], { wholeWords: false, borders: 'none' });
    expect(await failingUnit(parts, 'an art.')).toBe(6);
    expect(await failingUnit(bannedTerms(['art'], { borders: 'none' }), 'an art.')).toBe(7);
  });

  test('stays failed', async () => {
    const clone = bannedTerms(['no']).clone();
    await clone.streamValidate('no', {} as never);
    expect((await clone.streamValidate('yes', {} as never)).success).toBe('fail');
  });

  test.each([
    [() => bannedTerms([]), /terms must be a list of at least one text, got an empty list/],
    [() => bannedTerms(['a', ' ']), /terms\[1\] must be a text with a visible character/],
    [() => bannedTerms(['\u200b']), /terms\[0\] has no character that can be seen/],
    [() => bannedTerms(['a'], { locale: 'no such' }), /locale must be a language tag/],
    [
      () => bannedTerms(['a'], { borders: 'line' as never }),
      /borders must be 'space' or 'none', got string "line"/,
    ],
  ])('says what is wrong with its settings (%#)', (make, message) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});

/** What a term is, said as simply as possible: the whole text is folded at once and searched. */
function isFound(terms: readonly string[], text: string, wholeWords: boolean, locale?: string): boolean {
  const cased = (one: string): string =>
    one.toLocaleLowerCase(locale).toLocaleUpperCase(locale).toLocaleLowerCase(locale).replaceAll('ς', 'σ');
  const folded = (one: string): string =>
    cased(one.replace(/\p{Default_Ignorable_Code_Point}/gu, '').normalize('NFKD'))
      .normalize('NFKD')
      .replace(/\s+/g, ' ');
  const inWord = (point: string | undefined): boolean => /[\p{L}\p{M}\p{N}_]/u.test(point ?? '');
  const within = folded(text);
  return terms.some((term) => {
    const sought = folded(term).trim();
    const points = [...sought];
    for (let at = within.indexOf(sought); at !== -1; at = within.indexOf(sought, at + 1)) {
      const before = [...within.slice(0, at)].at(-1);
      const after = [...within.slice(at + sought.length)][0];
      const begun = inWord(before) && inWord(points[0]);
      const goesOn = inWord(after) && inWord(points.at(-1));
      if (!wholeWords || !(begun || goesOn)) return true;
    }
    return false;
  });
}

describe.each([undefined, 'tr'])('with the letters of %s', (locale) => {
  test('terms are found where they are in the folded whole', async () => {
    const pieces = [
      ...[
        'a',
        'ab',
        'A',
        'ß',
        'ẞ',
        'SS',
        's',
        'I',
        'i',
        'ı',
        'İ',
        'é',
        'e\u0301',
        'E',
        'ﬁ',
        'fi',
        '1',
        '①',
        'C++',
      ],
      ...[
        '\u00ad',
        '\u200b',
        '\u200d',
        ' ',
        '  ',
        '\n',
        '\u00a0',
        '-',
        '.',
        '_',
        'Σ',
        'ς',
        'ο',
        'K',
        'K',
        '🔑',
        'ａ',
      ],
    ];
    const text = (most: number) =>
      fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: most }).map((some) => some.join(''));
    const term = text(4).filter((one) => /[^\s\p{Default_Ignorable_Code_Point}]/u.test(one));
    await fc.assert(
      fc.asyncProperty(
        fc.array(term, { minLength: 1, maxLength: 4 }),
        text(10),
        fc.boolean(),
        async (terms, given, wholeWords) => {
          const guardrail = bannedTerms(terms, { wholeWords, locale });
          expect((await whole(guardrail, given)) !== null).toBe(isFound(terms, given, wholeWords, locale));
        },
      ),
      { numRuns: 1500, examples: [[['\u200b b'], 'b', false]] },
    );
  });
});
