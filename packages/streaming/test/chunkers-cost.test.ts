import { describe, expect, it } from 'vitest';
import { type ChunkingName, chunkingByName } from '../src/chunkers/chunking-names.js';
import type { ChunkingStrategy } from '../src/chunkers/chunking-strategy.js';
import { fromSplit } from '../src/chunkers/from-split.js';
import { charactersRead } from './character-meter.js';
import { drive, pieces } from './drive-chunker.js';
import { referenceSplits } from './reference-split.js';

const names: ChunkingName[] = ['sentence', 'word', 'paragraph'];

const kinds: Record<string, string> = {
  prose: 'Every peer has equal work to do. "Is it so?" Time and cost are counted on a small machine.\n\n',
  'one endless word': 'x',
  'stops that end nothing': '.',
  'newlines that end nothing': 'line\n',
  'white space': ' \t',
  newlines: '\n',
};

const ofLength = (kind: string, length: number): string =>
  (kinds[kind] ?? '').repeat(length).slice(0, length);

function cost(strategy: ChunkingStrategy, text: string, deltaLength: number): number {
  const deltas = pieces(text, deltaLength);
  return charactersRead(() => drive(strategy, deltas));
}

describe.each(names)('%s chunker looks at each character a few times at most', (name) => {
  const strategy = chunkingByName(name);

  describe.each(Object.keys(kinds))('of %s', (kind) => {
    it.each([1, 4, 100_000])('in deltas of %i', (deltaLength) => {
      const once = cost(strategy, ofLength(kind, 50_000), deltaLength);
      const twice = cost(strategy, ofLength(kind, 100_000), deltaLength);
      expect(once).toBeGreaterThanOrEqual(50_000);
      expect(twice).toBeLessThan(once * 2 * 1.1);
      expect(twice).toBeLessThanOrEqual(100_000 * 6);
    });
  });
});

it('the meter sees what rescanning costs', () => {
  const { split, flush } = referenceSplits.sentence;
  const rescan = fromSplit(split, flush);
  const once = cost(rescan, ofLength('one endless word', 1_000), 1);
  const twice = cost(rescan, ofLength('one endless word', 2_000), 1);
  expect(twice).toBeGreaterThan(once * 3.5);
});

it('the meter sees a look at the end of what was appended', () => {
  const peek = (length: number) => () => {
    let text = '';
    for (let i = 0; i < length; i += 1) {
      text += 'x';
      text.charCodeAt(i);
    }
  };
  expect(charactersRead(peek(2_000))).toBeGreaterThan(charactersRead(peek(1_000)) * 3.5);
});
