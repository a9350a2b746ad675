import type { Rule } from '../text/rule.js';
import { isLetter } from '../text/unit-classes.js';

/** When text that follows itself is a loop. */
export interface LoopInit {
  /** How often the same piece must come in a row. */
  readonly times: number;
  /** How long all of it must be, in UTF-16 units, where it has a letter. */
  readonly characters: number;
}

interface LoopState {
  /** The newest units, as a ring. */
  tail: Uint16Array;
  count: number;
  /** Depends on the newest eight units alone: each step moves the older ones out. */
  hash: number;
  /** By hash, the count at which it was last seen. */
  seenAt: Uint32Array;
  /** How far back the text is being repeated from; 0: it is not. */
  period: number;
  /** How many units in a row equalled the one a period before. */
  run: number;
  /** How many units came since the last letter. */
  sinceLetter: number;
}

/** Rules, blanks that pad a table and lists of zeros are long without being loops. */
const WITHOUT_LETTER = 8;

/** A power of two: longer pieces are not compared. */
const TAIL = 2048;
const SLOTS = 4096;

/**
 * Fails at the unit by which a piece of at most 2,047 units has come `times` in a row. What came before eight units that
 * were seen already tells how far back to compare; then each unit costs one comparison. Only comparisons count, so that
 * a hash met by chance costs time and no verdict. A loop is found eight units after the unit by which it is one; later,
 * by as much as what was there before resembles it.
 */
export function loopRule({ times, characters }: LoopInit): Rule<LoopState> {
  return {
    start: () => ({
      tail: new Uint16Array(TAIL),
      count: 0,
      hash: 0,
      seenAt: new Uint32Array(SLOTS),
      period: 0,
      run: 0,
      sinceLetter: 0,
    }),
    read(state, unit) {
      const { tail, count, seenAt } = state;
      if (state.period > 0) {
        if (tail[(count - state.period) % TAIL] === unit) state.run += 1;
        else state.period = 0;
      }
      state.sinceLetter = isLetter(unit) ? 0 : state.sinceLetter + 1;
      tail[count % TAIL] = unit;
      state.count = count + 1;
      state.hash = (state.hash << 4) ^ unit;
      const slot = slotOf(state.hash);
      const distance = state.count - (seenAt[slot] as number);
      if (state.period === 0 && seenAt[slot] !== 0 && distance < TAIL) {
        state.period = distance;
        state.run = 0;
      }
      seenAt[slot] = state.count;
      const { period, run } = state;
      if (period === 0 || run < period * (times - 1)) return null;
      const least = period <= state.sinceLetter ? characters * WITHOUT_LETTER : characters;
      const isLoop = run + period >= least;
      return isLoop ? `It repeats the same ${period} characters over and over.` : null;
    },
    end: () => null,
  };
}

function slotOf(hash: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> 20;
}
