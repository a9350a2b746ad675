import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphemeChunker, IntlSentenceChunker, IntlWordChunker } from '../src/index.js';
import { drive, pieces } from './drive-chunker.js';
import { SPACE } from './reference-split.js';
import { cutHardText } from './support/hard-text.js';

const BLANK = new RegExp(`^${SPACE}*$`);

const piecesOf = (granularity: 'grapheme' | 'word' | 'sentence', locale: string, text: string): string[] =>
  Array.from(new Intl.Segmenter(locale, { granularity }).segment(text), ({ segment }) => segment);

describe.each(['en', 'de', 'th', 'ja', 'zh', 'el'])(
  'segments of %s are those of the whole text',
  (locale) => {
    it('words', () => {
      fc.assert(
        fc.property(cutHardText, ({ text, deltas }) => {
          const { pushed, flushed } = drive(new IntlWordChunker({ locale }), deltas);
          const words = piecesOf('word', locale, text).filter((word) => !BLANK.test(word));
          expect([...pushed, ...flushed].map((segment) => segment.text)).toEqual(words);
        }),
        { numRuns: 2000 },
      );
    });

    it('graphemes', () => {
      fc.assert(
        fc.property(cutHardText, ({ text, deltas }) => {
          const { pushed, flushed } = drive(new GraphemeChunker({ locale }), deltas);
          expect([...pushed, ...flushed].map((segment) => segment.text)).toEqual(
            piecesOf('grapheme', locale, text),
          );
        }),
        { numRuns: 1000 },
      );
    });

    it('sentences begin where Intl.Segmenter says, or white space after it ends', () => {
      fc.assert(
        fc.property(cutHardText, ({ text, deltas }) => {
          const { pushed, flushed } = drive(new IntlSentenceChunker({ locale }), deltas);
          let at = 0;
          const places = new Set<number>([0]);
          for (const sentence of piecesOf('sentence', locale, text)) {
            at += sentence.length;
            places.add(at);
            places.add(at - (/[\p{Ps}\p{Pi}]+$/u.exec(sentence)?.[0].length ?? 0)); // 。「 are parted
          }
          let covered = 0;
          for (const { start, end } of [...pushed, ...flushed]) {
            const from = Array.from({ length: start - covered + 1 }, (_, i) => covered + i);
            expect(from.some((place) => places.has(place))).toBe(true);
            covered = end;
          }
        }),
        { numRuns: 1000 },
      );
    });
  },
);

it('long runs of a dictionary’s script are cut window by window, the same for all deltas', () => {
  for (const run of ['我们今天去北京大学', 'สวัสดีชาวโลก']) {
    const text = `Go: ${run.repeat(300)}。 ${run.repeat(50)} x`;
    const cut = (length: number) => {
      const { pushed, flushed } = drive(new IntlWordChunker(), pieces(text, length));
      return [...pushed, ...flushed];
    };
    const whole = cut(text.length);
    for (const length of [1, 3, 500, 513]) expect(cut(length)).toEqual(whole);
    expect(whole.length).toBeGreaterThan(600);
    const inFull = new Set(piecesOf('word', 'en', text));
    expect(whole.filter((word) => !inFull.has(word.text))).toEqual([]);
  }
});
