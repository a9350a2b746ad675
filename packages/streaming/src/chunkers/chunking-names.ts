import type { ChunkingStrategy } from './chunking-strategy.js';
import { CodeChunker } from './code-chunker.js';
import { DeltaChunker } from './delta-chunker.js';
import { GraphemeChunker } from './grapheme-chunker.js';
import { IntlSentenceChunker } from './intl-sentence-chunker.js';
import { IntlWordChunker } from './intl-word-chunker.js';
import { JsonChunker } from './json-chunker.js';
import { MarkdownChunker } from './markdown-chunker.js';
import { ParagraphChunker } from './paragraph-chunker.js';
import { SentenceChunker } from './sentence-chunker.js';
import { WordChunker } from './word-chunker.js';

/** The strategies that go by a name, with their default settings. */
export type ChunkingName =
  | 'sentence'
  | 'word'
  | 'paragraph'
  | 'intl-sentence'
  | 'intl-word'
  | 'grapheme'
  | 'markdown'
  | 'code'
  | 'json'
  | 'delta';

const strategies: Readonly<Record<ChunkingName, () => ChunkingStrategy>> = {
  sentence: () => new SentenceChunker(),
  word: () => new WordChunker(),
  paragraph: () => new ParagraphChunker(),
  'intl-sentence': () => new IntlSentenceChunker(),
  'intl-word': () => new IntlWordChunker(),
  grapheme: () => new GraphemeChunker(),
  markdown: () => new MarkdownChunker(),
  code: () => new CodeChunker(),
  json: () => new JsonChunker(),
  delta: () => new DeltaChunker(),
};

/**
 * The built-in strategy of that name.
 *
 * @throws TypeError listing the known names when it is none of them.
 */
export function chunkingByName(name: ChunkingName): ChunkingStrategy {
  if (Object.hasOwn(strategies, name)) return strategies[name]();
  throw new TypeError(`chunking: unknown name ${JSON.stringify(name)}; ${expected()}`);
}

/**
 * Lets options take a name or a strategy of one's own.
 *
 * @throws TypeError saying what it got when it is neither.
 */
export function resolveChunking(chunking: ChunkingName | ChunkingStrategy): ChunkingStrategy {
  if (typeof chunking === 'string') return chunkingByName(chunking);
  if (typeof chunking?.start === 'function') return chunking;
  const got = chunking === null ? 'null' : typeof chunking;
  throw new TypeError(`chunking: got ${got}; ${expected()}`);
}

function expected(): string {
  const names = Object.keys(strategies).map((name) => `'${name}'`);
  return `use ${names.join(', ')} or an object with start(): Chunker`;
}
