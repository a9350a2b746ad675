import { describe, expect, it } from 'vitest';
import { FixedChunker, LineChunker, RegexpChunker } from '../src/index.js';
import { drive, texts } from './drive-chunker.js';

const all = (...given: Parameters<typeof drive>): string[] => {
  const { pushed, flushed } = drive(...given);
  return texts([...pushed, ...flushed]);
};

describe('line', () => {
  it('ends at any line end, and leaves empty lines out', () => {
    expect(all(new LineChunker(), ['\r\na', '\r', '\n\n b \rc', '\n'])).toEqual(['a', ' b ', 'c']);
  });

  it('comes with its line end', () => {
    const chunker = new LineChunker().start();
    expect(chunker.push('a')).toEqual([]);
    expect(chunker.push('\r')).toEqual([{ text: 'a', start: 0, end: 1 }]);
    expect(chunker.push('\nb\n')).toEqual([{ text: 'b', start: 3, end: 4 }]);
  });
});

describe('fixed', () => {
  it('counts Unicode characters, and comes with the last one', () => {
    const chunker = new FixedChunker({ size: 2 }).start();
    expect(texts(chunker.push('a😀b\ud83d'))).toEqual(['a😀']);
    expect(texts(chunker.push('\ude00'))).toEqual(['b😀']);
    expect(texts(chunker.push('c\ud83d'))).toEqual([]);
    expect(texts(chunker.push('d'))).toEqual(['c\ud83d']);
    expect(texts(chunker.flush())).toEqual(['d']);
  });

  it.each([0, 1.5, Number.NaN, '3' as unknown as number])('has a size, not %s', (size) => {
    expect(() => new FixedChunker({ size })).toThrow(
      /^size must be a whole number of characters from 1 on, got /,
    );
  });
});

describe('regexp', () => {
  it.each<[RegExp, string, string[]]>([
    [/\n-{3,}\n/, 'a\n---\nb\n-----\n\nc\n--\nd', ['a', 'b', '\nc\n--\nd']],
    [/;/, ';;a;b;', ['a', 'b']],
    [/,\s*/gy, 'a, b,\n\nc', ['a', 'b', 'c']],
    [/(?<=\.)\s+(?=[A-Z])/, 'One. Two. three. Four', ['One.', 'Two. three.', 'Four']],
    [/^#/m, '#a\n#b#c', ['a\n', 'b#c']],
    [/x*/, 'axxb', ['a', 'b']],
    [/\p{Emoji_Presentation}/u, 'a😀b', ['a', 'b']],
    [/END$/, 'a END b END', ['a END b ']],
  ])('%s', (separator, text, chunks) => {
    expect(all(new RegexpChunker({ separator }), [text])).toEqual(chunks);
    expect(all(new RegexpChunker({ separator }), text.split(''))).toEqual(chunks);
  });

  it('releases a chunk when it has seen as far as it reaches', () => {
    const chunker = new RegexpChunker({ separator: /\n+/, reach: 4 }).start();
    expect(chunker.push('a\nbc')).toEqual([]);
    expect(chunker.push('d')).toEqual([{ text: 'a', start: 0, end: 1 }]);
  });

  it('finds a separator beyond its reach in parts', () => {
    expect(all(new RegexpChunker({ separator: /-+/, reach: 2 }), [`a${'-'.repeat(9)}b`])).toEqual(['a', 'b']);
    expect(all(new RegexpChunker({ separator: /-{3}/, reach: 2 }), ['a---b'])).toEqual(['a---b']);
  });

  it('says what its settings must be', () => {
    expect(() => new RegexpChunker({ separator: ',' as unknown as RegExp })).toThrow(
      'separator must be a RegExp such as /\\n---\\n/, got string ",".',
    );
    expect(() => new RegexpChunker({ separator: /,/, reach: 0 })).toThrow(
      'reach must be a whole number of UTF-16 units from 1 on, got number 0.',
    );
  });
});
