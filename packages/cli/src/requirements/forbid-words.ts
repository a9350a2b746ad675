import { PartialValidationResult, Requirement, ValidationResult } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { WordChunker } from '@melliflow/streaming';

/** Scripts that put no space between words: there, nothing tells a whole word from a part of another. */
const UNSPACED = ['Han', 'Hira', 'Kana', 'Thai', 'Laoo', 'Khmr', 'Mymr']
  .map((name) => `\\p{scx=${name}}`)
  .join('');
/** A character that makes a longer word of the one beside it. */
const WORD_CHARACTER = `[[\\p{L}\\p{M}\\p{N}_]--[${UNSPACED}]]`;

/** A word to look for. */
interface Pattern {
  /** As the user wrote it. */
  readonly word: string;
  readonly pattern: RegExp;
}

/**
 * None of these words or phrases, in any case, as whole words: "art" is not found in "start". A phrase is found
 * across line ends and chunks too. It holds for streams that are cut at white space.
 *
 * @example
 * await streamWithChunking('Tell a story.', backend, ctx, { requirements: [new ForbidWords(['robot', 'the end'])] });
 */
export class ForbidWords extends Requirement {
  readonly words: readonly string[];
  /** @internal */
  readonly _patterns: readonly Pattern[];
  /** @internal How many words before a chunk a phrase that ends in it may begin. */
  readonly _reach: number;
  /** @internal The last words of the chunks so far, as many as `_reach`. */
  _tail: readonly string[] = [];

  /** @throws TypeError when there is no word, or one without any character but white space. */
  constructor(words: readonly string[]) {
    if (words.length === 0) throw new TypeError('ForbidWords: words must hold at least one word, got none.');
    const split = words.map(checkedWords);
    const patterns = split.map((parts, i) => ({ word: words[i] ?? '', pattern: patternOf(parts.join(' ')) }));
    super(`None of these words: ${quoted(words)}.`, {
      validationFn: (ctx) => {
        const found = wordsFound(patterns, wordsOf(ctx.lastOutput()?.value ?? ''));
        return found.length === 0 || new ValidationResult(false, { reason: reasonFor(found) });
      },
    });
    this.words = [...words];
    this._patterns = patterns;
    this._reach = Math.max(...split.map((parts) => parts.length)) - 1;
  }

  /** Fails the chunk that completes a forbidden word; the reason has the word as it was given, never the text. */
  override streamValidate(chunk: string): PartialValidationResult {
    const words = [...this._tail, ...wordsOf(chunk)];
    this._tail = words.slice(Math.max(0, words.length - this._reach));
    const found = wordsFound(this._patterns, words);
    if (found.length === 0) return new PartialValidationResult('pass');
    return new PartialValidationResult('fail', { reason: reasonFor(found) });
  }
}

/** The words between white space, in one form of Unicode: an accent may be a character of its own or not. */
function wordsOf(text: string): string[] {
  const chunker = new WordChunker().start();
  const segments = [...chunker.push(text.normalize('NFC')), ...chunker.flush()];
  return segments.map((segment) => segment.text);
}

function checkedWords(word: string, index: number): string[] {
  const words = typeof word === 'string' ? wordsOf(word) : [];
  if (words.length > 0) return words;
  throw new TypeError(`ForbidWords: words[${index}] must be a word or a phrase, got ${describe(word)}.`);
}

function wordsFound(patterns: readonly Pattern[], words: readonly string[]): string[] {
  const text = words.join(' ');
  return patterns.filter(({ pattern }) => pattern.test(text)).map(({ word }) => word);
}

function patternOf(phrase: string): RegExp {
  const literal = phrase.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const first = `(?<!${WORD_CHARACTER})`;
  const last = `(?!${WORD_CHARACTER})`;
  const isWordlike = new RegExp(WORD_CHARACTER, 'v');
  const characters = [...phrase];
  const before = isWordlike.test(characters[0] ?? '') ? first : '';
  const after = isWordlike.test(characters.at(-1) ?? '') ? last : '';
  return new RegExp(before + literal + after, 'iv');
}

function reasonFor(found: readonly string[]): string {
  return `Forbidden: ${quoted(found)}.`;
}

function quoted(words: readonly string[]): string {
  return words.map((word) => JSON.stringify(word)).join(', ');
}
