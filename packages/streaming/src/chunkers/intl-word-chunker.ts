import { isPythonWhitespace } from './char-class.js';
import type { Chunker, ChunkingStrategy, Segment } from './chunking-strategy.js';
import type { LocaleSettings } from './grapheme-chunker.js';
import { SegmenterWindow, segmenterOf } from './segmenter-window.js';

// Scripts whose words are found in a dictionary: how a run of them is cut may depend on all of the run.
const DICTIONARY =
  '[\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Khmr}\\p{sc=Mymr}\\p{sc=Lana}\\p{sc=Talu}' +
  '\\p{sc=Tale}\\p{sc=Tavt}\\p{sc=Ahom}\\p{M}\\p{Cf}\\u30fc\\uff70\\uff9e\\uff9f\\u3031-\\u3035]';
const ENDS_IN_RUN = new RegExp(`${DICTIONARY}$`, 'u');
const BEGINS_IN_RUN = new RegExp(`^${DICTIONARY}`, 'u');

/** How far the words of a run are taken to depend on what follows, in UTF-16 units. */
const LOOKAHEAD = 64;

/**
 * A boundary is settled when the segment after it is whole (`can'` may become `can't`), unless it lies in a run of
 * a dictionary's script, whose end is waited for; a run that fills a window is cut a little before the window's end.
 */
function settledWords(text: string, starts: readonly number[], full: boolean): number {
  let i = starts.length - 2;
  while (i > 0 && liesInRun(text, starts[i] as number)) i -= 1;
  if (i > 0 || !full) return starts[Math.max(i, 0)] ?? 0;
  return starts.findLast((start) => start <= text.length - LOOKAHEAD && liesInRun(text, start)) ?? 0;
}

function liesInRun(text: string, at: number): boolean {
  return ENDS_IN_RUN.test(text.slice(Math.max(0, at - 2), at)) && BEGINS_IN_RUN.test(text.slice(at, at + 2));
}

/**
 * Each word of the language is a chunk, and so is each mark of punctuation; white space is separator. Chinese,
 * Japanese, Thai, Lao, Khmer and Burmese are cut by a dictionary, a run of their script at once, when it has ended:
 * the words are those that `Intl.Segmenter` finds in the whole text. A run of more than 512 UTF-16 units without so
 * much as a comma is not waited for; its words are found window by window.
 *
 * @example
 * const chunker = new IntlWordChunker({ locale: 'zh' }).start();
 * chunker.push('我们今天去北京，'); // []
 * chunker.push('你').map(({ text }) => text); // ['我们', '今天', '去', '北京']
 * chunker.flush().map(({ text }) => text); //   ['，', '你']
 */
export class IntlWordChunker implements ChunkingStrategy {
  /** The name by which `streamWithChunking` knows it. */
  readonly name: string = 'intl-word';
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
    const window = new SegmenterWindow(segmenterOf(this.locale, 'word'), settledWords);
    let end = 0;
    const place = (text: string): Segment[] => {
      const start = end;
      end += text.length;
      return isBlank(text) ? [] : [{ text, start, end }];
    };
    return {
      push: (delta) => window.push(delta).flatMap(place),
      flush: () => window.flush().flatMap(place),
    };
  }
}

function isBlank(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (!isPythonWhitespace(text.charCodeAt(i))) return false;
  return true;
}
