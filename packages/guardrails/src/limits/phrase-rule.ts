import type { Rule } from '../text/rule.js';
import { isBlank } from '../text/unit-classes.js';

/** When a phrase comes too often. */
export interface PhraseInit {
  /** How many words make a phrase. */
  readonly words: number;
  /** How often the same one may not come. */
  readonly times: number;
  /** Within how many words. */
  readonly within: number;
}

interface PhraseState {
  word: string;
  /** The newest words, as many as a phrase has. */
  recent: string[];
  /** The newest phrases, oldest first from `oldest` on as a ring, and how often each is among them. */
  phrases: string[];
  oldest: number;
  counts: Map<string, number>;
}

/** Of a longer word the beginning counts. */
const KEPT = 64;

/** Letters, perhaps with digits, hyphens and apostrophes, and marks around them. */
const wordOfProse = /^[^\p{L}\p{N}]*(?=[^\p{L}]*\p{L})[\p{L}\p{M}\p{N}'’-]+[^\p{L}\p{N}]*$/u;

/**
 * Fails at the unit that ends the last word of a phrase, in any case of letters, that came too often. What is no word,
 * such as a number or what stands in code and tables, is in no phrase: there the same comes again with good reason.
 */
export function phraseRule({ words, times, within }: PhraseInit): Rule<PhraseState> {
  const reason = `It says the same ${words} words ${times} times.`;
  return {
    start: () => ({ word: '', recent: [], phrases: [], oldest: 0, counts: new Map() }),
    read(state, unit) {
      if (!isBlank(unit)) {
        if (state.word.length < KEPT) state.word += String.fromCharCode(unit);
        return null;
      }
      if (state.word === '') return null;
      addWord(state, words);
      if (state.recent.length < words) return null;
      return addPhrase(state, within) >= times ? reason : null;
    },
    border: (state) => (countWith(state, words) >= times ? reason : null),
    end: (state) => (countWith(state, words) >= times ? reason : null),
  };
}

function addWord(state: PhraseState, words: number): void {
  if (wordOfProse.test(state.word)) state.recent.push(state.word.toLowerCase());
  else state.recent = [];
  if (state.recent.length > words) state.recent.shift();
  state.word = '';
}

function addPhrase(state: PhraseState, within: number): number {
  const { phrases, counts, recent } = state;
  const phrase = recent.join(' ');
  const gone = phrases[state.oldest];
  if (phrases.length === within && gone !== undefined) {
    const left = (counts.get(gone) as number) - 1;
    if (left === 0) counts.delete(gone);
    else counts.set(gone, left);
  }
  phrases[state.oldest] = phrase;
  state.oldest = (state.oldest + 1) % within;
  const count = (counts.get(phrase) ?? 0) + 1;
  counts.set(phrase, count);
  return count;
}

/** How often the phrase has come that the unfinished word would end. */
function countWith({ word, recent, counts }: PhraseState, words: number): number {
  if (recent.length < words - 1 || !wordOfProse.test(word)) return 0;
  const phrase = [...recent.slice(recent.length - words + 1), word.toLowerCase()].join(' ');
  return (counts.get(phrase) ?? 0) + 1;
}
