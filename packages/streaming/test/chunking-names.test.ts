import { describe, expect, it } from 'vitest';
import { type ChunkingName, chunkingByName, resolveChunking } from '../src/chunkers/chunking-names.js';
import { CodeChunker } from '../src/chunkers/code-chunker.js';
import { DeltaChunker } from '../src/chunkers/delta-chunker.js';
import { fromSplit } from '../src/chunkers/from-split.js';
import { GraphemeChunker } from '../src/chunkers/grapheme-chunker.js';
import { IntlSentenceChunker } from '../src/chunkers/intl-sentence-chunker.js';
import { IntlWordChunker } from '../src/chunkers/intl-word-chunker.js';
import { JsonChunker } from '../src/chunkers/json-chunker.js';
import { MarkdownChunker } from '../src/chunkers/markdown-chunker.js';
import { ParagraphChunker } from '../src/chunkers/paragraph-chunker.js';
import { SentenceChunker } from '../src/chunkers/sentence-chunker.js';
import { WordChunker } from '../src/chunkers/word-chunker.js';

describe('chunking names', () => {
  it.each([
    ['sentence', SentenceChunker],
    ['word', WordChunker],
    ['paragraph', ParagraphChunker],
    ['intl-sentence', IntlSentenceChunker],
    ['intl-word', IntlWordChunker],
    ['grapheme', GraphemeChunker],
    ['markdown', MarkdownChunker],
    ['code', CodeChunker],
    ['json', JsonChunker],
    ['delta', DeltaChunker],
  ] as const)('%s', (name, Strategy) => {
    expect(chunkingByName(name)).toBeInstanceOf(Strategy);
    expect(resolveChunking(name)).toBeInstanceOf(Strategy);
    expect(new Strategy().name).toBe(name);
  });

  it.each(['page', '', 'constructor', '__proto__'])(
    'an unknown one, %j, is told the known ones (6.8)',
    (name) => {
      const message = `chunking: unknown name ${JSON.stringify(name)}; use 'sentence', 'word', 'paragraph', 'intl-sentence',`;
      expect(() => chunkingByName(name as ChunkingName)).toThrow(TypeError);
      expect(() => resolveChunking(name as ChunkingName)).toThrow(message);
    },
  );
});

describe('resolveChunking', () => {
  it('takes a strategy as it is', () => {
    const strategy = fromSplit(() => []);
    expect(resolveChunking(strategy)).toBe(strategy);
  });

  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    [7, 'number'],
    [{}, 'object'],
    [SentenceChunker, 'function'],
  ])('refuses what is neither: %s', (value, got) => {
    expect(() => resolveChunking(value as unknown as ChunkingName)).toThrow(
      `chunking: got ${got}; use 'sentence'`,
    );
  });
});
