import type { Chunker, ChunkingStrategy } from './chunking-strategy.js';
import { type Automaton, compile } from './grammar.js';
import { scan } from './scanner.js';

const sentences: Automaton = compile({
  between: { space: 'between', stop: 'stopped', other: 'inside' },
  states: {
    inside: { stop: 'stopped', other: 'inside' },
    stopped: { space: 'between', stop: 'stopped', closer: 'closed', other: 'inside' },
    closed: { space: 'between', stop: 'stopped', other: 'inside' },
  },
  separatorTail: 0,
  trimsEnd: true,
});

/**
 * A sentence ends at `.`, `!` or `?`, then at most one closer (`"`, `'`, `)`, `’` or `”`), then white space.
 * White space between sentences is dropped; what stands before the first one is part of it. Abbreviations such
 * as `Dr.` end one too: the rule is simple so that it can decide at once.
 *
 * @example
 * const chunker = new SentenceChunker().start();
 * chunker.push('She said "no." He'); // [{ text: 'She said "no."', start: 0, end: 14 }]
 * chunker.flush(); //                   [{ text: 'He', start: 15, end: 17 }]
 */
export class SentenceChunker implements ChunkingStrategy {
  /** The name by which `streamWithChunking` knows it. */
  readonly name: string = 'sentence';

  /** A fresh chunker; its last chunk comes without trailing white space. */
  start(): Chunker {
    return scan(sentences);
  }
}
