import type { Chunker, ChunkingStrategy } from './chunking-strategy.js';
import { type Automaton, compile } from './grammar.js';
import { scan } from './scanner.js';

const words: Automaton = compile({
  between: { space: 'between', other: 'inside' },
  states: {
    inside: { space: 'between', other: 'inside' },
  },
  separatorTail: 0,
  trimsEnd: false,
});

/**
 * A word is what stands between white space, with its punctuation.
 *
 * @example
 * const chunker = new WordChunker().start();
 * chunker.push(' Hello, wor'); // [{ text: 'Hello,', start: 1, end: 7 }]
 * chunker.flush(); //             [{ text: 'wor', start: 8, end: 11 }]
 */
export class WordChunker implements ChunkingStrategy {
  /** The name by which `streamWithChunking` knows it. */
  readonly name: string = 'word';

  /** A fresh chunker. */
  start(): Chunker {
    return scan(words);
  }
}
