import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChunkingName, chunkingByName } from '../src/chunkers/chunking-names.js';
import { fromSplit } from '../src/chunkers/from-split.js';
import { drive, texts } from './drive-chunker.js';
import { referenceSplits, SPACE } from './reference-split.js';

const names = ['sentence', 'word', 'paragraph'] as const satisfies ChunkingName[];

// Dense in boundaries, with white space of Python only (U+001C, U+0085), of JavaScript only (U+FEFF), astral
// characters and half of one.
const units = [...'ab.!?"\')\u2019\u201d] \n\n\n\r\t\u001c\u0085\u3000\ufeff😀', '\ud83d', '. ', '\n\n'];
const anyText = fc.string({ unit: fc.constantFrom(...units), maxLength: 60 });

/** A text and a way of cutting it anywhere, inside surrogate pairs too; the same place twice: an empty delta. */
const cutText = fc.tuple(anyText, fc.array(fc.nat(100), { maxLength: 12 })).map(([text, places]) => {
  const cuts = places.map((place) => place % (text.length + 1)).sort((a, b) => a - b);
  const deltas = [0, ...cuts].map((from, i) => text.slice(from, cuts[i] ?? text.length));
  return { text, deltas };
});

describe.each(names)('%s chunker, any text, any deltas', (name) => {
  const strategy = chunkingByName(name);
  const reference = referenceSplits[name];

  it('gives what the reference gives, each chunk with the delta that decides it (6.1)', () => {
    fc.assert(
      fc.property(cutText, ({ text, deltas }) => {
        let step = 0;
        const { pushed, flushed } = drive(strategy, deltas, (segments) => {
          step += 1;
          expect(segments).toBe(reference.split(deltas.slice(0, step).join('')).length);
        });
        expect(texts(pushed)).toEqual(reference.split(text));
        expect(texts(flushed)).toEqual(reference.flush(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('gives the same segments for the whole text at once', () => {
    fc.assert(
      fc.property(cutText, ({ text, deltas }) => {
        expect(drive(strategy, deltas)).toEqual(drive(strategy, [text]));
      }),
      { numRuns: 2000 },
    );
  });

  it('tells where each segment lies: in order, apart, nothing but separator between', () => {
    fc.assert(
      fc.property(cutText, ({ text, deltas }) => {
        const { pushed, flushed } = drive(strategy, deltas);
        let covered = 0;
        for (const segment of [...pushed, ...flushed]) {
          expect(text.slice(segment.start, segment.end)).toBe(segment.text);
          expect(segment.end).toBeGreaterThan(segment.start);
          expect(text.slice(covered, segment.start)).toMatch(separators[name]);
          covered = segment.end;
        }
        expect(text.slice(covered)).toMatch(separators[name]);
      }),
      { numRuns: 2000 },
    );
  });

  it('gives the segments that the stateless form of the same rule gives', () => {
    const stateless = fromSplit(reference.split, reference.flush);
    fc.assert(
      fc.property(cutText, ({ deltas }) => {
        expect(drive(stateless, deltas)).toEqual(drive(strategy, deltas));
      }),
      { numRuns: 500 },
    );
  });
});

const whiteSpace = new RegExp(`^${SPACE}*$`);
const separators: Record<(typeof names)[number], RegExp> = {
  sentence: whiteSpace,
  word: whiteSpace,
  paragraph: /^\n*$/,
};
