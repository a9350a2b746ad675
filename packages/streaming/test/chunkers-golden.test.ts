import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ChunkingName, chunkingByName } from '../src/chunkers/chunking-names.js';
import { drive, pieces, texts } from './drive-chunker.js';

interface GoldenChunker {
  split: string[];
  flush: string[];
  /** By the length of the deltas in code points: [code points so far, chunks so far] where it changed. */
  incremental: Record<'1' | '3' | '7', [number, number][]>;
}

interface Golden {
  cases: { id: string; text: string; chunkers: Record<ChunkingName, GoldenChunker> }[];
}

const golden = JSON.parse(readFileSync(new URL('./golden/chunkers.json', import.meta.url), 'utf8')) as Golden;
const names: ChunkingName[] = ['sentence', 'word', 'paragraph'];

describe.each(names)('%s chunker against the golden file (6.1)', (name) => {
  const strategy = chunkingByName(name);

  it.each(golden.cases)('$id in one piece', ({ text, chunkers }) => {
    const { pushed, flushed } = drive(strategy, [text]);
    expect(texts(pushed)).toEqual(chunkers[name].split);
    expect(texts(flushed)).toEqual(chunkers[name].flush);
  });

  it.each(golden.cases)('$id piece by piece', ({ text, chunkers }) => {
    const { split, flush, incremental } = chunkers[name];
    const points = Array.from(text);
    for (const length of [1, 3, 7] as const) {
      const changes: [number, number][] = [];
      let fed = 0;
      let before = 0;
      const deltas = pieces(points, length).map((piece) => piece.join(''));
      const { pushed, flushed } = drive(strategy, deltas, (segments) => {
        fed = Math.min(fed + length, points.length);
        if (segments > before) changes.push([fed, segments]);
        before = segments;
      });
      expect(texts(pushed)).toEqual(split);
      expect(texts(flushed)).toEqual(flush);
      expect(changes).toEqual(incremental[length]);
    }
  });
});

it('the golden file holds all its cases', () => {
  expect(golden.cases).toHaveLength(220);
});
