import { type PatternNode, parsePattern } from './parse-pattern.js';

/** Stands among the states that follow one: the pattern is complete. */
export const COMPLETE = -1;

/** The patterns of one table as states that take one unit each; all that a state can lead to is worked out before. */
export interface PatternAutomaton {
  /** The units that each state takes. */
  readonly takes: readonly Uint8Array[];
  /** What may come after each state: states, or `COMPLETE`. */
  readonly after: readonly (readonly number[])[];
  /** The pattern that each state is of. */
  readonly patternOf: readonly number[];
  /** The states that a unit can begin with. */
  readonly beginning: readonly (readonly number[])[];
}

/** Builds the states of patterns (Thompson 1968), repetitions written out. */
export function patternAutomaton(sources: readonly string[]): PatternAutomaton {
  const takes: Uint8Array[] = [];
  const after: (readonly number[])[] = [];
  const patternOf: number[] = [];
  const beginning: number[][] = Array.from({ length: 128 }, () => []);

  /** The states to begin `node` with, when `next` may follow it. */
  const build = (node: PatternNode, next: readonly number[], pattern: number): readonly number[] => {
    switch (node.kind) {
      case 'set':
        takes.push(node.set);
        after.push(next);
        return [patternOf.push(pattern) - 1];
      case 'sequence':
        return node.parts.reduceRight((following, part) => build(part, following, pattern), next);
      case 'choice':
        return unique(node.parts.flatMap((part) => build(part, next, pattern)));
      case 'repeat': {
        let following = next;
        for (let i = node.max; i > 0; i -= 1) {
          const states = build(node.part, following, pattern);
          following = i > node.min ? unique([...states, ...next]) : states;
        }
        return following;
      }
    }
  };

  for (const [pattern, source] of sources.entries()) {
    for (const state of build(parsePattern(source), [COMPLETE], pattern)) {
      if (state === COMPLETE) throw new TypeError(`The pattern ${source} takes the empty text.`);
      for (let unit = 0; unit < 128; unit += 1)
        if (takes[state]?.[unit] === 1) (beginning[unit] as number[]).push(state);
    }
  }
  return { takes, after, patternOf, beginning };
}

function unique(states: readonly number[]): readonly number[] {
  return [...new Set(states)];
}
