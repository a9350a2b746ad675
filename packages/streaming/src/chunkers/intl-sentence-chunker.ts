import { abbreviationsOf, type GoesOn } from './abbreviations.js';
import { isPythonWhitespace } from './char-class.js';
import type { Chunker, ChunkingStrategy, Segment } from './chunking-strategy.js';
import type { LocaleSettings } from './grapheme-chunker.js';
import { SegmenterWindow, segmenterOf } from './segmenter-window.js';

/** How an `IntlSentenceChunker` knows a sentence. */
export interface IntlSentenceSettings extends LocaleSettings {
  /** More that ends in a full stop and ends no sentence, such as `approx.`; letter case does not matter. */
  abbreviations?: readonly string[] | undefined;
}

// Without one of these no sentence ends; `;` ends a question in Greek.
const STOP = /[\p{Sentence_Terminal}\u2024;\u037e\n\r\u0085\u2028\u2029]/u;
// `etc. 123 …` may go on in lower case: only a letter or another stop shows that a sentence has begun.
const LETTER = /(?![\uff9e\uff9f])\p{L}/u;

const LINE_END = /[\n\r\u0085\u2028\u2029]/;
// Unicode's rules leave an opening bracket with the sentence before it where no white space stands between: `。「`.
const OPENERS = /(?<=\p{Sentence_Terminal}[\p{Pe}\p{Pf}"']*)[\p{Ps}\p{Pi}]+$/u;

/** A boundary is settled when the sentence after it has its first letter, or is whole. */
function settledSentences(text: string, starts: readonly number[]): number {
  const last = starts.at(-1) ?? 0;
  return LETTER.test(text.slice(last)) ? last : (starts.at(-2) ?? 0);
}

/**
 * A sentence as the language has it: by Unicode's rules in the form of `Intl.Segmenter`, with the abbreviations of
 * English, German, French, Spanish, Italian, Portuguese and Dutch, and German's `3. Oktober`, put back together.
 * A line end is a sentence's end too. White space around is separator. A sentence is released with the first letter
 * of the next one.
 *
 * When in doubt it goes on: after `z. B.` or `the U.S.` no sentence ends. Thai writes no end of a sentence, so that
 * its lines are the sentences.
 *
 * @example
 * const chunker = new IntlSentenceChunker({ locale: 'de' }).start();
 * chunker.push('Am 3. Mai kam Dr. Ott. Er'); // [{ text: 'Am 3. Mai kam Dr. Ott.', start: 0, end: 22 }]
 * chunker.flush(); //                           [{ text: 'Er', start: 23, end: 25 }]
 */
export class IntlSentenceChunker implements ChunkingStrategy {
  /** The name by which `streamWithChunking` knows it. */
  readonly name: string = 'intl-sentence';
  /** In which language the text is cut. */
  readonly locale: string;
  /** @internal */
  readonly _goesOn: GoesOn;

  /** @throws TypeError when an abbreviation is no string. */
  constructor({ locale = 'en', abbreviations = [] }: IntlSentenceSettings = {}) {
    this.locale = locale;
    this._goesOn = abbreviationsOf(String(locale), abbreviations);
  }

  /**
   * A fresh chunker.
   *
   * @throws TypeError when the locale is no language tag, or there is no `Intl.Segmenter`.
   */
  start(): Chunker {
    const window = new SegmenterWindow(segmenterOf(this.locale, 'sentence'), settledSentences);
    const goesOn = this._goesOn;
    let stopped = false; // whether a sentence may have ended in what is pending
    let open = '';
    let start = 0;

    /** The open sentence, but for its last units. */
    const close = (kept = 0): Segment[] => {
      const sentence = open.slice(0, open.length - kept);
      const [from, to] = [blankBefore(sentence), blankAfter(sentence)];
      const begin = start;
      const text = sentence.slice(from, to);
      start += sentence.length;
      open = open.slice(sentence.length);
      return from < to ? [{ text, start: begin + from, end: begin + to }] : [];
    };
    const take = (piece: string): Segment[] => {
      open += piece;
      const end = blankAfter(piece);
      const broken = LINE_END.test(piece.slice(end));
      if (!broken && goesOn(piece, end)) return [];
      return close(OPENERS.exec(piece.slice(-8))?.[0].length);
    };

    return {
      push(delta) {
        const stops = STOP.test(delta);
        stopped ||= stops;
        const pieces = window.push(delta, stopped && (stops || LETTER.test(delta)));
        if (pieces.length > 0) stopped = STOP.test(window.pending);
        return pieces.flatMap(take);
      },
      flush: () => [...window.flush().flatMap(take), ...close()],
    };
  }
}

/** Where a text begins after white space; a mark keeps the space that it stands on. */
function blankBefore(text: string): number {
  let at = 0;
  while (at < text.length && isPythonWhitespace(text.charCodeAt(at))) at += 1;
  return at > 0 && /^[\p{M}\u200c\u200d]/u.test(text.slice(at, at + 2)) ? at - 1 : at;
}

function blankAfter(text: string): number {
  let at = text.length;
  while (at > 0 && isPythonWhitespace(text.charCodeAt(at - 1))) at -= 1;
  return at;
}
