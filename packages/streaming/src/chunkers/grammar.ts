import { CHAR_CLASSES, type CharClass } from './char-class.js';

/** Where each class of character leads from one state; a newline counts as space unless it has a rule. */
export type Rule<S extends string> = { readonly other: S } & { readonly [C in CharClass]?: S | undefined };

/**
 * What sets one chunker apart from another. In the state `between` no chunk is open: a chunk opens with the
 * character that leaves it and ends before the character that leads back to it.
 */
export interface Grammar<S extends string> {
  /** What opens a chunk, and what does not. */
  readonly between: Rule<S | 'between'>;
  /** The states in which a chunk is open, by name; a text begins in the first, so with an open, empty chunk. */
  readonly states: Readonly<Record<S, Rule<S | 'between'>>>;
  /** How many characters before the one that ends a chunk are separator too. */
  readonly separatorTail: number;
  /** Whether the last chunk, which nothing ended, loses its trailing white space. */
  readonly trimsEnd: boolean;
}

/** The number of the state `between` in every automaton. */
export const BETWEEN = 0;

/** The number of the state in which a text begins. */
export const START = 1;

/** A grammar in the form that the scanner walks. */
export interface Automaton {
  /** The state after state `s` and a character of class `c` is at `s * CHAR_CLASSES.length + c`. */
  readonly next: Uint8Array;
  readonly separatorTail: number;
  readonly trimsEnd: boolean;
}

/** Turns the names of a grammar into numbers, once per strategy. */
export function compile<S extends string>(grammar: Grammar<S>): Automaton {
  const { between, states, separatorTail, trimsEnd } = grammar;
  const names = ['between', ...Object.keys(states)];
  const rules = [between, ...Object.values<Rule<S | 'between'>>(states)];
  const next = rules.flatMap((rule) =>
    CHAR_CLASSES.map((kind) => {
      const target = rule[kind] ?? (kind === 'newline' ? rule.space : undefined) ?? rule.other;
      return names.indexOf(target);
    }),
  );
  return { next: Uint8Array.from(next), separatorTail, trimsEnd };
}
