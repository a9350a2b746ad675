import { describe, expect, it } from 'vitest';
import { ParagraphChunker } from '../src/chunkers/paragraph-chunker.js';
import { SentenceChunker } from '../src/chunkers/sentence-chunker.js';
import { WordChunker } from '../src/chunkers/word-chunker.js';
import { drive } from './drive-chunker.js';

describe('the examples of the documentation', () => {
  it('sentences', () => {
    const { pushed, flushed } = drive(new SentenceChunker(), ['She said "no." He']);
    expect(pushed).toEqual([{ text: 'She said "no."', start: 0, end: 14 }]);
    expect(flushed).toEqual([{ text: 'He', start: 15, end: 17 }]);
  });

  it('words', () => {
    const { pushed, flushed } = drive(new WordChunker(), [' Hello, wor']);
    expect(pushed).toEqual([{ text: 'Hello,', start: 1, end: 7 }]);
    expect(flushed).toEqual([{ text: 'wor', start: 8, end: 11 }]);
  });

  it('paragraphs', () => {
    const { pushed, flushed } = drive(new ParagraphChunker(), ['One\nstill one\n\nTwo\n']);
    expect(pushed).toEqual([{ text: 'One\nstill one', start: 0, end: 13 }]);
    expect(flushed).toEqual([{ text: 'Two\n', start: 15, end: 19 }]);
  });
});

describe('a chunker', () => {
  it('counts places in UTF-16 units, not in code points', () => {
    const { pushed, flushed } = drive(new WordChunker(), ['😀', ' 😀 b']);
    expect([...pushed, ...flushed]).toEqual([
      { text: '😀', start: 0, end: 2 },
      { text: '😀', start: 3, end: 5 },
      { text: 'b', start: 6, end: 7 },
    ]);
  });

  it('decides with the character that ends the chunk, also when a delta ends just before it', () => {
    const chunker = new SentenceChunker().start();
    expect(chunker.push('Wait."')).toEqual([]);
    expect(chunker.push('')).toEqual([]);
    expect(chunker.push('\n')).toEqual([{ text: 'Wait."', start: 0, end: 6 }]);
  });

  it('leaves the first newline of a boundary out although an earlier delta brought it', () => {
    const chunker = new ParagraphChunker().start();
    expect(chunker.push('P1\n')).toEqual([]);
    expect(chunker.push('\nP2')).toEqual([{ text: 'P1', start: 0, end: 2 }]);
    expect(chunker.flush()).toEqual([{ text: 'P2', start: 4, end: 6 }]);
  });

  it('has nothing left after its flush', () => {
    const chunker = new SentenceChunker().start();
    chunker.push('Left over');
    expect(chunker.flush()).toHaveLength(1);
    expect(chunker.flush()).toEqual([]);
  });

  it('shares no state with another one of the same strategy', () => {
    const strategy = new WordChunker();
    const [one, two] = [strategy.start(), strategy.start()];
    one.push('half');
    expect(two.push(' full ')).toEqual([{ text: 'full', start: 1, end: 5 }]);
    expect(one.flush()).toEqual([{ text: 'half', start: 0, end: 4 }]);
  });
});
