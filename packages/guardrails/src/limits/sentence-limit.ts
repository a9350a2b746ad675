import type { Requirement } from '@melliflow/core';
import { wholeNumber } from '../text/checked.js';
import type { Rule } from '../text/rule.js';
import { type GuardrailInit, TextGuardrail } from '../text/text-guardrail.js';
import { isBlank } from '../text/unit-classes.js';

interface SentenceState {
  begun: number;
  at: 'between' | 'inside' | 'stopped' | 'closed' | 'ended';
}

const stops = new Set(Array.from('.!?', (stop) => stop.charCodeAt(0)));
const closers = new Set(Array.from('"\')’”', (closer) => closer.charCodeAt(0)));
/** These end a sentence without white space after them. */
const fullStops = new Set(Array.from('。！？', (stop) => stop.charCodeAt(0)));
const fullClosers = new Set(Array.from('」』）”’', (closer) => closer.charCodeAt(0)));

/**
 * At most so many sentences; the character that begins one more fails. A sentence ends as for the chunker `sentence`,
 * at `.`, `!` or `?`, perhaps a closer, and white space; also at `。`, `！` and `？`.
 *
 * @throws TypeError when `max` is no whole number from 1 up.
 *
 * @example
 * sentenceLimit(3);
 */
export function sentenceLimit(max: number, init: GuardrailInit = {}): Requirement {
  const most = wholeNumber('max', max, 1);
  const limit = most === 1 ? '1 sentence' : `${most} sentences`;
  const rule: Rule<SentenceState> = {
    start: () => ({ begun: 0, at: 'between' }),
    read(state, unit) {
      if (isBlank(unit)) {
        if (state.at !== 'inside') state.at = 'between';
        return null;
      }
      if (state.at === 'ended' && fullClosers.has(unit)) return null;
      if (state.at === 'between' || state.at === 'ended') state.begun += 1;
      state.at = next(state.at, unit);
      return state.begun > most ? `It has more than ${limit}.` : null;
    },
    end: () => null,
  };
  return new TextGuardrail(`have at most ${limit}`, rule, init);
}

function next(at: SentenceState['at'], unit: number): SentenceState['at'] {
  if (fullStops.has(unit)) return 'ended';
  if (stops.has(unit)) return 'stopped';
  return at === 'stopped' && closers.has(unit) ? 'closed' : 'inside';
}
