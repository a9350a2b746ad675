import type { Rule } from '../text/rule.js';
import { isHighSurrogate, isLowSurrogate } from '../text/unit-classes.js';
import { type Folded, type FoldInit, folder } from './fold.js';
import { termAutomaton } from './term-automaton.js';

/** What is looked for, and how. */
export interface TermRuleInit extends FoldInit {
  readonly terms: readonly string[];
  readonly wholeWords: boolean;
}

interface TermState {
  node: number;
  /** The first half of a pair whose second half has not come; 0: none. */
  high: number;
  /** Whether the last folded unit was a space, of which a run counts as one. */
  blank: boolean;
  /** Whether the newest folded units are in words, as a ring; enough to look before the longest term. */
  inWord: Uint8Array;
  count: number;
  /** The term that was found if no word goes on after it; -1: none. */
  pending: number;
}

const SPACE = 0x20;

interface Term {
  readonly folded: string;
  readonly opensWord: boolean;
  readonly closesWord: boolean;
}

/** Fails at the unit that completes a term; a term that must be a whole word, at the unit that ends it. */
export function termRule({ terms, wholeWords, ...init }: TermRuleInit): Rule<TermState> {
  const fold = folder(init);
  const all = terms.map((term, i) => foldedTerm(term, i, fold));
  const automaton = termAutomaton(all.map(({ folded }) => folded));
  const ring = Math.max(...all.map(({ folded }) => folded.length)) + 1;
  const reasonFor = (term: number): string => `It has the banned term ${JSON.stringify(terms[term])}.`;

  const take = (state: TermState, unit: number, inWord: boolean): number => {
    if (unit === SPACE && state.blank) return -1;
    state.blank = unit === SPACE;
    if (state.pending !== -1 && !inWord) return state.pending;
    state.pending = -1;
    state.inWord[state.count % ring] = inWord ? 1 : 0;
    state.count += 1;
    state.node = automaton.step(state.node, unit);
    let found = -1;
    automaton.endingAt(state.node, (index) => {
      const { folded, opensWord, closesWord } = all[index] as Term;
      const before = state.count - folded.length - 1;
      if (wholeWords && opensWord && before >= 0 && state.inWord[before % ring] === 1) return false;
      if (wholeWords && closesWord) {
        if (state.pending === -1) state.pending = index;
        return false;
      }
      found = index;
      return true;
    });
    return found;
  };

  const takePoint = (state: TermState, point: string): string | null => {
    const { text, inWord } = fold(point);
    for (let i = 0; i < text.length; i += 1) {
      const found = take(state, text.charCodeAt(i), inWord[i] as boolean);
      if (found !== -1) return reasonFor(found);
    }
    return null;
  };

  const border = ({ pending }: TermState): string | null => (pending === -1 ? null : reasonFor(pending));
  return {
    start: () => ({
      node: 0,
      high: 0,
      blank: false,
      inWord: new Uint8Array(ring),
      count: 0,
      pending: -1,
    }),
    read(state, unit) {
      const { high } = state;
      state.high = 0;
      if (high !== 0 && isLowSurrogate(unit)) return takePoint(state, String.fromCharCode(high, unit));
      const reason = high === 0 ? null : takePoint(state, String.fromCharCode(high));
      if (!isHighSurrogate(unit)) return reason ?? takePoint(state, String.fromCharCode(unit));
      state.high = unit;
      return reason;
    },
    border,
    end: border,
  };
}

/** @throws TypeError when nothing is left of the term that could be seen in a text. */
function foldedTerm(term: string, index: number, fold: (point: string) => Folded): Term {
  const parts = Array.from(term.normalize('NFC').trim(), fold);
  const folded = parts
    .map(({ text }) => text)
    .join('')
    .replace(/ +/g, ' ')
    .trim();
  const flags = parts.flatMap(({ text, inWord }) => (text === ' ' ? [] : inWord));
  if (folded === '') throw new TypeError(`terms[${index}] has no character that can be seen.`);
  return { folded, opensWord: flags[0] ?? false, closesWord: flags.at(-1) ?? false };
}
