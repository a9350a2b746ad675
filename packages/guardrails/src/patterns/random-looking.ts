import type { Rule } from '../text/rule.js';
import { isAlphanumeric, isDigit } from '../text/unit-classes.js';

interface WordState {
  /** The newest part of the current word, enough to know a name like `api_key` by its end. */
  word: string;
  length: number;
  digits: number;
  /** How often each unit came in the current word, and the sum of n·log2 n over them. */
  counts: Uint16Array;
  sum: number;
  /** How many units are left in which a value may begin. */
  near: number;
}

/** Fewer characters say too little about how random they are. */
const LEAST = 20;
/** Names, identifiers and words stay below it, random letters and digits of that length above. In bits a character. */
const ENTROPY = 3.5;
/** A name of code such as `READ_FROM_TOKEN2` has one at its end. */
const LEAST_DIGITS = 2;
/** A value begins this near to the name. */
const REACH = 24;
/** A longer word is no key; past it nothing is counted. */
const LONGEST = 512;
const WORD_KEPT = 32;
const FURTHER = new Set(Array.from('_-+', (mark) => mark.charCodeAt(0)));

const names =
  /(?:^|[_.-]|api|access|auth|secret|private|client)(?:key|token|secret|password|passwd|passwort|pwd|credential)s?$/i;

/**
 * Fails at the character by which a value near a word such as key, token or password is long and random enough: at
 * least 20 characters, letters and two digits, 3.5 bits each.
 */
export const randomNearName: Rule<WordState> = {
  start: () => ({ word: '', length: 0, digits: 0, counts: new Uint16Array(128), sum: 0, near: 0 }),
  read(state, unit) {
    if (!isAlphanumeric(unit) && !FURTHER.has(unit)) {
      endWord(state);
      return null;
    }
    if (state.length >= LONGEST) return null;
    state.length += 1;
    if (isDigit(unit)) state.digits += 1;
    if (state.length <= WORD_KEPT) state.word += String.fromCharCode(unit);
    const count = state.counts[unit] as number;
    state.sum += nLog(count + 1) - nLog(count);
    state.counts[unit] = count + 1;
    const { length, digits, sum, near } = state;
    if (near === 0 || length < LEAST || digits < LEAST_DIGITS || digits === length) return null;
    return Math.log2(length) - sum / length >= ENTROPY ? 'It has what looks like a key or password.' : null;
  },
  end: () => null,
};

function nLog(n: number): number {
  return n === 0 ? 0 : n * Math.log2(n);
}

function endWord(state: WordState): void {
  if (state.length === 0) {
    state.near = Math.max(0, state.near - 1);
    return;
  }
  const isName = state.length <= WORD_KEPT && names.test(state.word);
  state.near = isName ? REACH : Math.max(0, state.near - state.length - 1);
  state.counts.fill(0);
  Object.assign(state, { word: '', length: 0, digits: 0, sum: 0 });
}
