import type { Requirement } from '@melliflow/core';
import type { Rule } from '../text/rule.js';
import { everyCharacter, type GuardrailInit, TextGuardrail } from '../text/text-guardrail.js';

interface FenceState {
  /** Where in its line the text is: the indent, a run of fence characters, what follows it, or other text. */
  at: 'indent' | 'run' | 'after' | 'text';
  indent: number;
  /** The fence character of the current line's run. */
  mark: number;
  length: number;
  /** Whether something that may not stand in the line of this fence has come. */
  spoiled: boolean;
  /** The open fence; 0: none. */
  openMark: number;
  openLength: number;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const BACKTICK = 0x60;
const TILDE = 0x7e;

/**
 * Every fenced code block of the Markdown is closed, by the rules of CommonMark: at most three spaces before a fence,
 * three or more marks, the same mark and at least as many to close it. Lists and quotes are not followed: a fence that
 * stands behind their mark, or four spaces or more within, is text here.
 *
 * What is open may always be closed later: in a stream it is never `fail` but `unknown`, and the whole text decides.
 * It is shown every character of a stream, whatever the stream's chunking.
 *
 * @example
 * balancedFences();
 */
export function balancedFences(init: GuardrailInit = {}): Requirement {
  return new TextGuardrail('close every fenced code block', fences, everyCharacter(init));
}

const fences: Rule<FenceState> = {
  start: () => ({
    at: 'indent',
    indent: 0,
    mark: 0,
    length: 0,
    spoiled: false,
    openMark: 0,
    openLength: 0,
  }),
  read(state, unit) {
    if (unit === NEWLINE || unit === RETURN) {
      Object.assign(state, afterLine(state), { at: 'indent', indent: 0, mark: 0, length: 0, spoiled: false });
      return null;
    }
    if (state.at === 'indent') {
      if (unit === SPACE && state.indent < 3) state.indent += 1;
      else if (unit === BACKTICK || unit === TILDE)
        Object.assign(state, { at: 'run', mark: unit, length: 1 });
      else state.at = 'text';
    } else if (state.at === 'run' && unit === state.mark) {
      state.length += 1;
    } else if (state.at !== 'text') {
      state.at = 'after';
      const isOpen = state.openMark !== 0;
      const spoils = isOpen ? unit !== SPACE && unit !== TAB : state.mark === BACKTICK && unit === BACKTICK;
      if (spoils) state.spoiled = true;
    }
    return null;
  },
  end: (state) => (afterLine(state).openMark === 0 ? null : 'A fenced code block is not closed.'),
};

/** Which fence is open once the current line has ended. */
function afterLine(state: FenceState): Pick<FenceState, 'openMark' | 'openLength'> {
  const { mark, length, spoiled, openMark, openLength } = state;
  const isFence = length >= 3 && !spoiled;
  if (openMark === 0) return isFence ? { openMark: mark, openLength: length } : { openMark, openLength };
  const closes = isFence && mark === openMark && length >= openLength;
  return closes ? { openMark: 0, openLength: 0 } : { openMark, openLength };
}
