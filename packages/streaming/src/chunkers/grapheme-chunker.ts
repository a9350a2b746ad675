import type { Chunker, ChunkingStrategy, Segment } from './chunking-strategy.js';
import { SegmenterWindow, segmenterOf } from './segmenter-window.js';

/** In which language a text is cut. */
export interface LocaleSettings {
  /** A language tag, such as `de-AT`. Default `en`, so that no machine's own language matters. */
  locale?: string | undefined;
}

/** What a reader sees as a character is settled when the next one has begun. */
const lastStart = (_: string, starts: readonly number[]): number => starts.at(-1) ?? 0;

/**
 * Each chunk is what a reader sees as one character: an emoji with its parts, a letter with its accents, a Hangul
 * syllable. Nothing is separator. It needs `Intl.Segmenter`.
 *
 * @example
 * const chunker = new GraphemeChunker().start();
 * chunker.push('e\u0301a'); // [{ text: 'é', start: 0, end: 2 }]
 * chunker.flush(); //          [{ text: 'a', start: 2, end: 3 }]
 */
export class GraphemeChunker implements ChunkingStrategy {
  /** The name by which `streamWithChunking` knows it. */
  readonly name: string = 'grapheme';
  /** In which language the text is cut. */
  readonly locale: string;

  constructor({ locale = 'en' }: LocaleSettings = {}) {
    this.locale = locale;
  }

  /**
   * A fresh chunker.
   *
   * @throws TypeError when the locale is no language tag, or there is no `Intl.Segmenter`.
   */
  start(): Chunker {
    const window = new SegmenterWindow(segmenterOf(this.locale, 'grapheme'), lastStart);
    let end = 0;
    const place = (text: string): Segment => {
      const start = end;
      end += text.length;
      return { text, start, end };
    };
    return {
      push: (delta) => window.push(delta).map(place),
      flush: () => window.flush().map(place),
    };
  }
}
