import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outputSettings } from '../src/redact-output/output-settings.js';
import { StreamRedactor } from '../src/redact-output/stream-redactor.js';
import { redactedAtOnce } from './support/redacted-at-once.js';

const patterns = [
  /top secret/,
  /topaz/,
  /\b\d{4}\b/,
  /\d{3}(?:-\d{2}){1,2}/,
  /[a-c]{1,6}@(?:[a-c]{1,4}\.){1,2}d/,
  /key(?= =)/,
  /(?<=pw )x{1,5}/,
  /(?:ab|cd){2,3}?e?/i,
  /🔑{1,3}b/u,
  /x(?!yy?z)/,
  /^ab$/m,
  /(a|b)c\1/,
  /(?:p|po)\.t/s,
  /[^\W\d_]o\x40/,
];
const pieces = [
  ...[
    'top secret',
    'topaz',
    'to',
    'p',
    ' ',
    '12',
    '3456',
    '-',
    '7',
    'a',
    'bc',
    'cd',
    '@',
    '.',
    'd',
    'key',
    ' =',
  ],
  ...['pw ', 'x', 'y', 'z', 'AB', 'e', '🔑', '🔑b', '\ud83d', '\n', 'ab', 'ca', 'po', 't', 'no@', '_'],
];
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 24 }).map((some) => some.join(''));
const cuts = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 12 });
const some = fc.subarray(patterns, { minLength: 1 });
const options = { replacement: '*', maxMatchLength: 32 };

/** The text in pieces of these sizes, again and again. */
function cut(whole: string, sizes: readonly number[]): string[] {
  const out: string[] = [];
  for (let at = 0, i = 0; at < whole.length; i++) {
    const size = i > 2 * whole.length ? 1 : (sizes[i % sizes.length] as number);
    out.push(whole.slice(at, at + size));
    at += size;
  }
  return out;
}

describe('a text that comes in pieces', () => {
  it('goes out as the whole text without its matches, for any cutting, and never ahead of it', () => {
    fc.assert(
      fc.property(text, cuts, some, (whole, sizes, chosen) => {
        const redactor = new StreamRedactor(outputSettings({ ...options, patterns: chosen }));
        const expected = redactedAtOnce(whole, chosen, '*');
        let out = '';
        for (const delta of cut(whole, sizes)) {
          out += redactor.push(delta);
          expect(expected.startsWith(out)).toBe(true);
        }
        expect(out + redactor.end(true)).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it('shows at an early end only what it would have shown whatever had come', () => {
    fc.assert(
      fc.property(text, text, cuts, some, (begun, rest, sizes, chosen) => {
        const redactor = new StreamRedactor(outputSettings({ ...options, patterns: chosen }));
        const out = cut(begun, sizes).map((delta) => redactor.push(delta));
        const shown = out.join('') + redactor.end(false);
        for (const whole of [begun, begun + rest])
          expect(redactedAtOnce(whole, chosen, '*').startsWith(shown)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('is held back only while a match may begin or grow', () => {
    const redactor = new StreamRedactor(outputSettings({ patterns: ['Ann', /\b\d{4}\b/], replacement: '*' }));
    const out = Array.from('Hi A n, Ann: 12 or 1234 ok', (letter) => redactor.push(letter));
    expect(out).toEqual(
      ['H', 'i', ' ', '', 'A ', 'n', ',', ' ', '', '', '', '*:', ' ', '', '', '12 ', 'o', 'r', ' '].concat([
        '',
        '',
        '',
        '',
        '* ',
        'o',
        'k',
      ]),
    );
  });

  it('is looked at in a window of the bound, however long it and its pieces are', () => {
    const bound = 16;
    const settings = outputSettings({
      patterns: ['needle', /\d+/, /(?<=a)b/],
      replacement: '*',
      maxMatchLength: bound,
    });
    for (const size of [1, 7, 100_000]) {
      const redactor = new StreamRedactor(settings);
      let widest = 0;
      const release = redactor.release.bind(redactor);
      redactor.release = (isEnd) => {
        widest = Math.max(widest, redactor.text.length);
        return release(isEnd);
      };
      const whole = 'hay '.repeat(20_000) + '7'.repeat(20_000);
      let out = '';
      for (let at = 0; at < whole.length; at += size) out += redactor.push(whole.slice(at, at + size));
      expect(out + redactor.end(true)).toBe(`${'hay '.repeat(20_000)}*`);
      expect(widest).toBeLessThanOrEqual(256 + 3 * bound);
    }
  });

  it('is searched only where it is newly decided, however much is held', () => {
    const settings = outputSettings({ patterns: [/x[a-y]{0,600}z/, 'needle'], replacement: '*' });
    let searched = 0;
    for (const { any } of settings.groups) {
      const exec = any.exec.bind(any);
      any.exec = (text) => {
        searched += text.length - any.lastIndex;
        return exec(text);
      };
    }
    const redactor = new StreamRedactor(settings);
    const whole = 'xyxy'.repeat(5000);
    let out = '';
    for (let at = 0; at < whole.length; at += 4) out += redactor.push(whole.slice(at, at + 4));
    expect(out + redactor.end(true)).toBe(whole);
    expect(searched).toBeLessThanOrEqual(2 * whole.length);
  });

  it('has one match where several overlap, and every match where they only touch', () => {
    const cases: [string, (string | RegExp)[], string][] = [
      ['ababa', ['aba'], '*'],
      ['AnnAnn', ['Ann'], '**'],
      ['xabcdy', ['abc', /cd/], 'x*y'],
      ['Annabel', ['Ann', 'Annabel'], '*'],
    ];
    for (const [whole, chosen, expected] of cases) {
      const redactor = new StreamRedactor(outputSettings({ patterns: chosen, replacement: '*' }));
      expect(redactor.push(whole) + redactor.end(true)).toBe(expected);
    }
  });
});
