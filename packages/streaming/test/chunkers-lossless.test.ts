import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChunkingName, chunkingByName } from '../src/chunkers/chunking-names.js';
import type { ChunkingStrategy } from '../src/chunkers/chunking-strategy.js';
import {
  CodeChunker,
  FixedChunker,
  IntlSentenceChunker,
  IntlWordChunker,
  JsonChunker,
  LineChunker,
  RegexpChunker,
} from '../src/index.js';
import { drive } from './drive-chunker.js';
import { SPACE } from './reference-split.js';
import { cutHardText } from './support/hard-text.js';

const BLANK = new RegExp(`^${SPACE}*$`);
const NOTHING = /^$/;
const ANYTHING = /^/;

/** Each chunker, and what may lie between its segments. */
const chunkers: [string, ChunkingStrategy, RegExp][] = [
  ...(
    [
      ['sentence', BLANK],
      ['word', BLANK],
      ['paragraph', /^\n*$/],
      ['intl-sentence', BLANK],
      ['intl-word', BLANK],
      ['grapheme', NOTHING],
      ['markdown', /^\s*$/],
      ['code', /^(?:\s|[^\n]*(?:```|~~~)[^\n]*(?:\n|$))*$/],
      ['json', ANYTHING],
    ] as [ChunkingName, RegExp][]
  ).map(([name, separator]): [string, ChunkingStrategy, RegExp] => [name, chunkingByName(name), separator]),
  ['intl-sentence de', new IntlSentenceChunker({ locale: 'de', abbreviations: ['Can.'] }), BLANK],
  ['intl-word ja', new IntlWordChunker({ locale: 'ja' }), BLANK],
  ['code ts', new CodeChunker({ language: 'ts' }), ANYTHING],
  ['code rust', new CodeChunker({ language: 'rust' }), ANYTHING],
  ['code python', new CodeChunker({ language: 'python' }), ANYTHING],
  ['json whole', new JsonChunker({ path: '' }), ANYTHING],
  ['json items', new JsonChunker({ path: '/items/*' }), ANYTHING],
  ['line', new LineChunker(), /^[\r\n]*$/],
  ['fixed 1', new FixedChunker({ size: 1 }), NOTHING],
  ['fixed 5', new FixedChunker({ size: 5 }), NOTHING],
  ['regexp', new RegexpChunker({ separator: /\s*(?:-{3,}|[.,;])\s*|<item>|x?(?===)/u }), ANYTHING],
  ['regexp, short of sight', new RegexpChunker({ separator: /(?<=a)b+|\n$|^z/gm, reach: 2 }), ANYTHING],
];

describe.each(chunkers)('%s, any text, any deltas', (name, strategy, separator) => {
  it('is lossless, and the segments are those of the whole text', () => {
    fc.assert(
      fc.property(cutHardText, ({ text, deltas }) => {
        const { pushed, flushed } = drive(strategy, deltas);
        const segments = [...pushed, ...flushed];
        const whole = drive(strategy, [text]);
        expect(segments).toEqual([...whole.pushed, ...whole.flushed]);
        let joined = '';
        for (const segment of segments) {
          expect(segment.end).toBeGreaterThan(segment.start);
          expect(segment.start).toBeGreaterThanOrEqual(joined.length);
          const between = text.slice(joined.length, segment.start);
          expect(between).toMatch(separator);
          joined += between + segment.text;
          expect(joined.length).toBe(segment.end);
        }
        expect(text.slice(joined.length)).toMatch(separator);
        expect(joined + text.slice(joined.length)).toBe(text);
      }),
      { numRuns: 1500 },
    );
  });

  it('cuts no surrogate pair', () => {
    fc.assert(
      fc.property(cutHardText, ({ text, deltas }) => {
        const { pushed, flushed } = drive(strategy, deltas);
        for (const { start, end } of [...pushed, ...flushed])
          for (const at of [start, end])
            expect(text.slice(Math.max(0, at - 1), at + 1)).not.toMatch(/^[\ud800-\udbff][\udc00-\udfff]$/);
      }),
      { numRuns: 500 },
    );
  });

  it('has nothing left after its flush', () => {
    const chunker = strategy.start();
    chunker.push('a. b {"a": [1, 2\n```ts\nx');
    chunker.flush();
    expect(chunker.flush(), name).toEqual([]);
  });
});

it('grapheme cuts nothing that a reader sees as one character, and leaves nothing out', () => {
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
  fc.assert(
    fc.property(cutHardText, ({ text, deltas }) => {
      const { pushed, flushed } = drive(chunkingByName('grapheme'), deltas);
      const seen = Array.from(graphemes.segment(text), ({ segment }) => segment);
      expect([...pushed, ...flushed].map((segment) => segment.text)).toEqual(seen);
    }),
    { numRuns: 1500 },
  );
});

describe('delta', () => {
  it('gives the deltas, but waits for the second half of a surrogate pair', () => {
    fc.assert(
      fc.property(cutHardText, ({ text, deltas }) => {
        const { pushed, flushed } = drive(chunkingByName('delta'), deltas);
        expect([...pushed, ...flushed].map((segment) => segment.text).join('')).toBe(text);
        for (const { start, text: chunk } of [...pushed, ...flushed])
          expect(text.slice(start, start + chunk.length)).toBe(chunk);
      }),
    );
    const { pushed, flushed } = drive(chunkingByName('delta'), ['Hi \ud83d', '', '\ude00!', '\ud83d']);
    expect(pushed.map(({ text }) => text)).toEqual(['Hi ', '😀!']);
    expect(flushed).toEqual([{ text: '\ud83d', start: 6, end: 7 }]);
  });
});
