import type { Rule } from '../text/rule.js';
import { isAlphanumeric, isBlank, isDigit } from '../text/unit-classes.js';
import { COMPLETE, patternAutomaton } from './pattern-automaton.js';

/** One thing to look for; it begins where no ASCII letter or digit stands before it. */
export interface Pattern {
  /** What a reason calls it, with its article. */
  readonly name: string;
  /** In the language of `parsePattern`. */
  readonly pattern: string;
  /** Where the form of it is written down. */
  readonly source: string;
  /** Whether the next character must be no ASCII letter or digit. Absent: the first complete match counts. */
  readonly whole?: boolean | undefined;
  /** Whether it may not go on a row of digits in groups, as the end of an account number would. */
  readonly apart?: boolean | undefined;
  /** Decides on what has the form, by a check digit for instance. */
  readonly holds?: ((match: string) => boolean) | undefined;
  /**
   * By which regular expression it is taken out, where that takes more than `pattern`: what a pattern that stops early
   * leaves, or what `holds` decides. With an upper bound, too.
   */
  readonly full?: string | undefined;
}

interface PatternState {
  /** The states that the text may be in, and where each of their matches began. */
  active: number[];
  starts: number[];
  /** Matches that count if no letter or digit follows. */
  complete: { pattern: number; start: number }[];
  afterAlphanumeric: boolean;
  /** The newest units, as a ring: as many as the longest match that is looked at. */
  tail: Uint16Array;
  count: number;
}

/** A power of two above the longest match of any pattern with `holds`. */
const TAIL = 512;

/**
 * Fails at the unit that completes a pattern, or that shows a whole one to be over. Each unit costs as many steps as
 * matches are under way, of which there are at most as many as states, whatever the length of the text.
 */
export function patternRule(patterns: readonly Pattern[]): Rule<PatternState> {
  const { takes, after, patternOf, beginning } = patternAutomaton(patterns.map(({ pattern }) => pattern));
  /** By state, the step at which it was last reached: one match under way for each, the earliest begun. */
  const reachedAt = new Float64Array(takes.length);
  let step = 0;

  const matchHolds = (state: PatternState, pattern: number, start: number): boolean => {
    const { holds } = patterns[pattern] as Pattern;
    return holds === undefined || holds(textSince(state, start));
  };
  const reasonFor = (pattern: number): string => `It has ${(patterns[pattern] as Pattern).name}.`;
  const border = (state: PatternState): string | null => {
    const found = state.complete.find(({ pattern, start }) => matchHolds(state, pattern, start));
    return found === undefined ? null : reasonFor(found.pattern);
  };

  return {
    start: () => ({
      active: [],
      starts: [],
      complete: [],
      afterAlphanumeric: false,
      tail: new Uint16Array(TAIL),
      count: 0,
    }),

    read(state, unit) {
      const alphanumeric = isAlphanumeric(unit);
      if (state.complete.length > 0) {
        const reason = alphanumeric ? null : border(state);
        state.complete = [];
        if (reason !== null) return reason;
      }
      const { active, starts, count } = state;
      state.tail[count % TAIL] = unit;
      state.count += 1;
      const begin = state.afterAlphanumeric ? undefined : beginning[unit];
      state.afterAlphanumeric = alphanumeric;
      if (active.length === 0 && (begin === undefined || begin.length === 0)) return null;

      const inDigitRow = goesOnDigits(state, count);
      step += 1; // Counted over all texts that this rule reads, so that the marks of one mean nothing to another.
      state.active = [];
      state.starts = [];
      let reason: string | null = null;
      const advance = (from: number, start: number): void => {
        if (takes[from]?.[unit] !== 1) return;
        for (const to of after[from] as readonly number[]) {
          if (to === COMPLETE) {
            const pattern = patternOf[from] as number;
            if (patterns[pattern]?.whole === true) state.complete.push({ pattern, start });
            else if (matchHolds(state, pattern, start)) reason ??= reasonFor(pattern);
          } else if (reachedAt[to] !== step) {
            reachedAt[to] = step;
            state.active.push(to);
            state.starts.push(start);
          }
        }
      };
      for (let i = 0; i < active.length; i += 1) advance(active[i] as number, starts[i] as number);
      for (const first of begin ?? [])
        if (!(inDigitRow && patterns[patternOf[first] as number]?.apart === true)) advance(first, count);
      return reason;
    },
    border,
    end: border,
  };
}

/** Whether a digit stands before the unit at `count`, with one blank or mark between. */
function goesOnDigits({ tail }: PatternState, count: number): boolean {
  const between = tail[(count - 1) % TAIL] as number;
  const isBetween = isBlank(between) || between === 0x2d || between === 0x2e;
  return count >= 2 && isBetween && isDigit(tail[(count - 2) % TAIL] as number);
}

function textSince({ tail, count }: PatternState, start: number): string {
  let text = '';
  for (let i = Math.max(start, count - TAIL); i < count; i += 1)
    text += String.fromCharCode(tail[i % TAIL] as number);
  return text;
}
