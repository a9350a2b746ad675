import { describe, expect, it } from 'vitest';
import { MarkdownChunker } from '../src/index.js';
import { drive, texts } from './drive-chunker.js';

const blocks = (text: string): string[] => {
  const { pushed, flushed } = drive(new MarkdownChunker(), text.split(''));
  return texts([...pushed, ...flushed]);
};

describe('markdown', () => {
  it.each<[what: string, blocks: string[], separator: string]>([
    ['paragraphs', ['One\nstill one', 'Two'], '\n\n'],
    ['CRLF', ['One\r\nstill', 'Two'], '\r\n \r\n\r\n'],
    ['headings without blank lines', ['# One', '## Two'], '\n'],
    ['a fence with blank lines in it', ['```ts\na\n\n\nb\n```', 'After'], '\n'],
    ['a fence right after a paragraph', ['Look:', '~~~\n\n```\n~~~~', 'After'], '\n'],
    ['a longer fence around a shorter one', ['````md\n```\n\n```\n````', 'x'], '\n'],
    ['a table', ['|a|b|\n|-|-|\n|1|2|', 'After'], '\n\n'],
    ['a fence in a list', ['- item', '- ```js\n  a\n\n  b\n  ```', '- other'], '\n'],
    ['a fence in a quotation that is not closed', ['> ```\n> a\n>', 'b'], '\n'],
    ['a fence that is never closed', ['```\na\n\nb'], ''],
    ['backticks in a line of text', ['```not a fence``` here', 'next'], '\n\n'],
    ['no heading', ['#hashtag\nline', '####### seven'], '\n\n'],
    ['indented code', ['    a\n    b', '- x\n- y'], '\n\n'],
  ])('%s', (_, expected, separator) => {
    expect(blocks(expected.join(separator))).toEqual(expected);
  });

  it('releases a fence with the line that closes it, a heading with its own', () => {
    const chunker = new MarkdownChunker().start();
    expect(texts(chunker.push('# A\n```\nx\n'))).toEqual(['# A']);
    expect(texts(chunker.push('```'))).toEqual([]);
    expect(texts(chunker.push('\n'))).toEqual(['```\nx\n```']);
  });
});
