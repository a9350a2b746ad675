import { describe, expect, it } from 'vitest';
import { fromSplit } from '../src/chunkers/from-split.js';
import { drive, texts } from './drive-chunker.js';
import { referenceSplits } from './reference-split.js';

const { split } = referenceSplits.sentence;

describe('fromSplit', () => {
  it('releases each complete chunk once and finds its place', () => {
    const lines = fromSplit(
      (text) => text.split('\n').slice(0, -1),
      (text) => text.split('\n').slice(-1),
    );
    const { pushed, flushed } = drive(lines, ['a\nb', 'b\n', '', 'a']);
    expect(pushed).toEqual([
      { text: 'a', start: 0, end: 1 },
      { text: 'bb', start: 2, end: 4 },
    ]);
    expect(flushed).toEqual([{ text: 'a', start: 5, end: 6 }]);
  });

  it('drops the unfinished rest without a flush (golden chunker-noflush)', () => {
    const { pushed, flushed } = drive(fromSplit(split), ['A. B']);
    expect(texts(pushed)).toEqual(['A.']);
    expect(flushed).toEqual([]);
  });

  it('lets chunks that are not in the text take no room there (golden chunker-upper-fail)', () => {
    const upper = fromSplit((text) => split(text).map((chunk) => chunk.toUpperCase()));
    expect(drive(upper, ['one. two. three. ']).pushed).toEqual([
      { text: 'ONE.', start: 0, end: 0 },
      { text: 'TWO.', start: 0, end: 0 },
      { text: 'THREE.', start: 0, end: 0 },
    ]);
  });

  it('lays a chunk that is not in the text where the last found one ended', () => {
    const upper = fromSplit((text) => split(text).map((chunk) => (chunk === 'b.' ? 'B.' : chunk)));
    expect(drive(upper, ['a. b. c. ']).pushed).toEqual([
      { text: 'a.', start: 0, end: 2 },
      { text: 'B.', start: 2, end: 2 },
      { text: 'c.', start: 6, end: 8 },
    ]);
  });

  it('flushes many chunks, each with its place (golden chunker-multi-flush-fail)', () => {
    const commas = fromSplit(
      () => [],
      (text) => text.split(','),
    );
    const { pushed, flushed } = drive(commas, ['a,b,', 'c']);
    expect(pushed).toEqual([]);
    expect(flushed).toEqual([
      { text: 'a', start: 0, end: 1 },
      { text: 'b', start: 2, end: 3 },
      { text: 'c', start: 4, end: 5 },
    ]);
  });

  it('counts on from the last answer, also a shorter one (golden chunker-shrinking)', () => {
    const odd = fromSplit((text) => (text.length % 2 === 1 ? [text] : []));
    expect(texts(drive(odd, [...'abcde']).pushed)).toEqual(['a', 'abc', 'abcde']);
  });

  it.each([[['I came; I s', 'aw; I left']], [['I came;', ' I saw']], [['I', ' came']]])(
    'refuses a split that gives the unfinished piece too: its rest would be in no chunk: %j',
    (deltas) => {
      const pieces = fromSplit((text) => text.split(';')).start();
      pieces.push(deltas[0] as string);
      expect(() => pieces.push(deltas[1] as string)).toThrow(
        /^fromSplit: split gave another chunk \d than before/,
      );
    },
  );

  it('keeps one text per stream', () => {
    const strategy = fromSplit(split);
    const [one, two] = [strategy.start(), strategy.start()];
    one.push('One. ');
    expect(texts(two.push('Two. '))).toEqual(['Two.']);
  });

  it('lets an error of the author through', () => {
    const failing = fromSplit(() => {
      throw new RangeError('no rule for this');
    });
    expect(() => failing.start().push('a')).toThrow(new RangeError('no rule for this'));
  });

  it.each([
    ['split', undefined, undefined, 'fromSplit: split is undefined; pass a function'],
    ['flush', split, 'rest', 'fromSplit: flush is string; pass a function'],
  ])('wants functions: %s', (_, splitting, flushing, message) => {
    expect(() => fromSplit(splitting as typeof split, flushing as unknown as typeof split)).toThrow(message);
  });

  it.each([
    ['a string', 'string'],
    [[1], 'an array with other things than strings'],
  ])('wants arrays of strings, not %j', (answer, got) => {
    const wrong = fromSplit(() => answer as unknown as string[]).start();
    expect(() => wrong.push('a')).toThrow(`fromSplit: split returned ${got}; return an array of strings`);
    const wrongAtEnd = fromSplit(split, () => answer as unknown as string[]).start();
    expect(() => wrongAtEnd.flush()).toThrow(`fromSplit: flush returned ${got}; return an array of strings`);
  });
});
