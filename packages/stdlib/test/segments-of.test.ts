import fc from 'fast-check';
import { expect, test } from 'vitest';
import { segmentsOf } from '../src/requirements/segments-of.js';

const granularities = ['grapheme', 'word', 'sentence'] as const;
const texts = {
  English: 'Dr. Smith can’t come. “Why?” he asked. It costs 3.50, e.g. in Rome! ',
  Japanese: '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。',
  Thai: 'ภาษาไทยเป็นภาษาที่มีระดับเสียงของคำแน่นอน ',
  flags: '🇩🇪🇫🇷🇯🇵 👩‍👩‍👧‍👦 é ',
  'one word': 'a',
  'only breaks': '\r\n\n',
};
const pieces = (segments: Iterable<Intl.SegmentData>): string[] =>
  [...segments].map(({ segment }) => segment);

test.each(Object.entries(texts))('%s is segmented as the whole text is', (_, text) => {
  const long = text.repeat(Math.ceil(4000 / text.length));
  for (const granularity of granularities) {
    const segmenter = new Intl.Segmenter('en', { granularity });
    expect(pieces(segmentsOf(segmenter, long))).toEqual(pieces(segmenter.segment(long)));
  }
});

test('no character is lost or doubled, whatever the text', () => {
  const text = fc.string({ unit: 'binary', maxLength: 5000, size: 'max' });
  const anything = fc.property(text, fc.constantFrom(...granularities), (given, granularity) => {
    const segmenter = new Intl.Segmenter('en', { granularity });
    expect(pieces(segmentsOf(segmenter, given)).join('')).toBe(given);
  });
  fc.assert(anything, { numRuns: 50 });
});

test.each(['word ', 'x'])('the cost is linear: of %j few characters are looked at twice', (unit) => {
  const text = unit.repeat(100_000 / unit.length);
  const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
  let looked = 0;
  const counting = {
    segment(input: string) {
      looked += input.length;
      return segmenter.segment(input);
    },
  };
  const count = [...segmentsOf(counting, text)].length;
  expect(count).toBe(unit === 'x' ? 1 : 40_000);
  expect(looked).toBeLessThan(3 * text.length);
});
