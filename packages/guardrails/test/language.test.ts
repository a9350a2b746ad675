import { eld } from 'eld/small';
import { describe, expect, test } from 'vitest';
import { language } from '../src/index.js';
import { stream, whole } from './support/drive.js';

const english = 'The weather was fine for most of the week, and nobody stayed at home in the afternoon. ';
const german = 'Das Wetter war fast die ganze Woche schön, und niemand blieb am Nachmittag zu Hause. ';
const code = `const parser_1 = require("../lib/parser.js");\nfor (let i = 0; i < subnet[1].length; i += 1) {
  const range = parser_1.parseRange(subnet[i], { strict: true });\n  if (range !== null) out.push(range);\n}\n`;

describe('a language', () => {
  test.each([
    ['code and a line', `Here it is, as you asked:\n\n\`\`\`js\n${code.repeat(3)}\`\`\`\n`],
    [
      'addresses and numbers',
      `${english}https://docs.example/de/seite/der/woche/und/mehr 12 34 56 `.repeat(5),
    ],
    ['a name that is alike elsewhere', 'In Berlin.'],
    ['a short end', `${english.repeat(3)}Angela Merkel, Gerhard Schröder.`],
  ])('is not told by %s', async (_name, text) => {
    expect(await whole(language(['en']), text)).toBeNull();
    expect((await stream(language(['en'], { borders: 'none' }), [...text])).failedAt).toBe(-1);
  });

  test('is told in a stream and of the whole, also between code', async () => {
    expect(await whole(language(['en']), german)).toBe('It seems to be in German.');
    const mixed = (code + german).repeat(4);
    const { failedAt } = await stream(language(['en'], { borders: 'none' }), [...mixed]);
    expect(failedAt).toBeGreaterThan(0);
    expect(failedAt).toBeLessThan(mixed.length * 0.8);
    expect(await whole(language(['en', 'de']), mixed)).toBeNull();
  });

  test('is told where no spaces stand between words', async () => {
    const chinese = '今天天气很好，大家都出去散步了，孩子们在公园里玩得很开心。'.repeat(12);
    expect(await whole(language(['zh']), chinese)).toBeNull();
    expect((await stream(language(['en'], { borders: 'none' }), [...chinese])).failedAt).toBeGreaterThan(0);
  });

  test('may be each one that the detector knows', () => {
    const codes = Object.values(eld.info().Languages);
    expect(codes).toHaveLength(60);
    expect(() => language(codes)).not.toThrow();
    for (const unknown of ['xx', 'ga', 'EN', 'en-GB'])
      expect(() => language([unknown])).toThrow('codes[0] must be one of');
  });
});
