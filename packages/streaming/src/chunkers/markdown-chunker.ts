import type { Chunker, ChunkingStrategy } from './chunking-strategy.js';
import { cutByLine, type Line } from './line-cutter.js';
import { closesFence, leavesFence, type MarkdownFence, openingFence } from './markdown-fence.js';
import type { Cut } from './tape.js';

const HEADING = /^ {0,3}#{1,6}(?:[ \t]|$)/;

/**
 * Each block of Markdown is a chunk: a paragraph, a heading (`#`), a table, a list up to its next blank line, a fence
 * with all that is in it. Blank lines, and the line ends around a block, are separator. A fence and a heading end
 * the block before them also without a blank line; a fence that is never closed goes on to the end.
 *
 * It knows headings and fences (in lists and quotations too); what else may stand between two blank lines is kept
 * together without a look at what it is.
 *
 * @example
 * const chunker = new MarkdownChunker().start();
 * chunker.push('# Bread\nFlour.\n\n'); // [{ text: '# Bread', start: 0, end: 7 },
 * //                                       { text: 'Flour.', start: 8, end: 14 }]
 */
export class MarkdownChunker implements ChunkingStrategy {
  /** The name by which `streamWithChunking` knows it. */
  readonly name: string = 'markdown';

  /** A fresh chunker. */
  start(): Chunker {
    let fence: MarkdownFence | null = null;
    let start = -1; // of the open block; -1 if none is open
    let end = 0; // of its last line that is not blank

    const close = (cut: Cut): void => {
      if (start >= 0) cut(start, end);
      start = -1;
    };
    const add = (line: Line): void => {
      if (start < 0) start = line.start;
      end = line.end;
    };
    const readFenced = (line: Line, open: MarkdownFence, cut: Cut): void => {
      if (line.text.trim() !== '') end = line.end;
      if (!closesFence(open, line.text)) return;
      fence = null;
      close(cut);
    };
    const readPlain = (line: Line, cut: Cut): void => {
      if (line.text.trim() === '') {
        close(cut);
        return;
      }
      fence = openingFence(line.text);
      const heading = HEADING.test(line.text);
      if (fence || heading) close(cut);
      add(line);
      if (heading) close(cut);
    };

    return cutByLine({
      read(line, cut) {
        if (fence && leavesFence(fence, line.text)) {
          fence = null;
          close(cut);
        }
        if (fence) readFenced(line, fence, cut);
        else readPlain(line, cut);
      },
      finish: close,
    });
  }
}
