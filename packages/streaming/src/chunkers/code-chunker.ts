import type { Chunker, ChunkingStrategy } from './chunking-strategy.js';
import { isKnownLanguage, knownLanguages, linesOf } from './code-languages.js';
import type { CodeLines } from './code-lines.js';
import { cutByLine, type Line, type LineCutter } from './line-cutter.js';
import { closesFence, leavesFence, type MarkdownFence, openingFence } from './markdown-fence.js';
import type { Cut } from './tape.js';

/** What a `CodeChunker` reads. */
export interface CodeChunkerSettings {
  /**
   * The language outside fences, and in fences that name none, as after a fence: `ts`, `python`. Default: prose
   * outside, in which blank lines stand between chunks.
   */
  language?: string | undefined;
}

/**
 * Each top-level statement of the code in Markdown's fences is a chunk, with the comments before it; text outside is
 * cut at blank lines. The lines of the fences, blank lines and line ends around are separator. Indents are kept.
 *
 * It follows brackets, strings and comments of JavaScript, TypeScript, C, C++, C#, Java, Kotlin, Scala, Go, Rust,
 * Swift, PHP, Dart and CSS, and the indent of Python; fences of other languages are cut at blank lines. Two
 * statements in a line are one chunk. It does not parse: a bracket in a place that only a parser understands (text of
 * JSX with an apostrophe, heredocs, Rust's raw strings) can join statements, never lose or change a character.
 *
 * @example
 * const chunker = new CodeChunker({ language: 'ts' }).start();
 * chunker.push('const a = [\n  1,\n];\nf('); // [{ text: 'const a = [\n  1,\n];', start: 0, end: 19 }]
 */
export class CodeChunker implements ChunkingStrategy {
  /** The name by which `streamWithChunking` knows it. */
  readonly name: string = 'code';
  /** The language outside fences; empty for prose. */
  readonly language: string;

  /** @throws TypeError listing the known languages when it is none of them. */
  constructor({ language = '' }: CodeChunkerSettings = {}) {
    if (language !== '' && !(typeof language === 'string' && isKnownLanguage(language)))
      throw new TypeError(
        `language: unknown ${JSON.stringify(language)}; use one of ${knownLanguages().join(', ')}.`,
      );
    this.language = language;
  }

  /** A fresh chunker. */
  start(): Chunker {
    return cutByLine(new CodeCutter(this.language));
  }
}

class CodeCutter implements LineCutter {
  readonly language: string;
  fence: MarkdownFence | null = null;
  lines: CodeLines;
  /** The open statement; -1 if none is open. */
  start = -1;
  end = 0;
  /** The comments after it, which belong to the next one; -1 if there are none. */
  commentStart = -1;
  commentEnd = 0;

  constructor(language: string) {
    this.language = language;
    this.lines = linesOf(language);
  }

  read(line: Line, cut: Cut): void {
    if (this.fence && leavesFence(this.fence, line.text)) this.enter(null, cut);
    if (this.fence) {
      if (closesFence(this.fence, line.text)) this.enter(null, cut);
      else this.readCode(line, cut);
      return;
    }
    const fence = openingFence(line.text);
    if (fence) this.enter(fence, cut);
    else this.readCode(line, cut);
  }

  finish(cut: Cut): void {
    this.closeStatement(cut);
    if (this.commentStart >= 0) cut(this.commentStart, this.commentEnd);
    this.commentStart = -1;
  }

  /** Goes into a fence, or out of one. */
  enter(fence: MarkdownFence | null, cut: Cut): void {
    this.finish(cut);
    this.fence = fence;
    this.lines = linesOf(fence?.language || this.language);
  }

  readCode(line: Line, cut: Cut): void {
    const role = this.lines.read(line.text);
    if (role === 'comment') {
      if (this.commentStart < 0) this.commentStart = line.start;
      this.commentEnd = line.end;
    } else if (role !== 'blank') {
      if (role === 'begins') this.closeStatement(cut);
      if (this.start < 0) this.start = this.commentStart < 0 ? line.start : this.commentStart;
      this.commentStart = -1;
      this.end = line.end;
    }
    if (role !== 'comment' && this.lines.ended) this.closeStatement(cut);
  }

  closeStatement(cut: Cut): void {
    if (this.start >= 0) cut(this.start, this.end);
    this.start = -1;
  }
}
