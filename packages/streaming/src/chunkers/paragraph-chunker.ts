import type { Chunker, ChunkingStrategy } from './chunking-strategy.js';
import { type Automaton, compile } from './grammar.js';
import { scan } from './scanner.js';

const paragraphs: Automaton = compile({
  between: { newline: 'between', other: 'inside' },
  states: {
    inside: { newline: 'broken', other: 'inside' },
    broken: { newline: 'between', other: 'inside' },
  },
  separatorTail: 1, // the first of the two newlines
  trimsEnd: false,
});

/**
 * A paragraph ends at two or more newlines (U+000A) in a row; all other white space is part of it, so that
 * `\r\n\r\n` ends none.
 *
 * @example
 * const chunker = new ParagraphChunker().start();
 * chunker.push('One\nstill one\n\nTwo\n'); // [{ text: 'One\nstill one', start: 0, end: 13 }]
 * chunker.flush(); //                       [{ text: 'Two\n', start: 15, end: 19 }]
 */
export class ParagraphChunker implements ChunkingStrategy {
  /** The name by which `streamWithChunking` knows it. */
  readonly name: string = 'paragraph';

  /** A fresh chunker; its last chunk comes as it is, trailing white space included. */
  start(): Chunker {
    return scan(paragraphs);
  }
}
