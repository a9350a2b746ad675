import type { Requirement } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { termAutomaton } from '../terms/term-automaton.js';
import { someTexts, wholeNumber } from '../text/checked.js';
import type { Rule } from '../text/rule.js';
import { type GuardrailInit, TextGuardrail } from '../text/text-guardrail.js';

/** How many sources must be cited, and what becomes of others. */
export interface CitesSourcesInit extends GuardrailInit {
  /** How many different ones. Default 1. */
  least?: number | undefined;
  /** A citation of what looks like an id but is none, as `[7]` of three sources. Default `fail`. */
  invented?: 'fail' | 'ignore' | undefined;
}

interface CitationState {
  node: number;
  /** What came since a citation was opened; null: none is open. */
  inside: string | null;
  cited: Set<string>;
}

/** A citation of more is none. */
const LONGEST = 512;

/**
 * The text cites its sources, by their ids. `pattern` says how, `{id}` standing for one id or several between commas;
 * default `[{id}]`. An invented one fails where the citation closes; too few, only as a whole.
 *
 * @throws TypeError for an empty list or id, or a pattern without `{id}` between two texts.
 *
 * @example
 * citesSources(['1', '2', '3']);
 */
export function citesSources(
  ids: readonly string[],
  pattern = '[{id}]',
  init: CitesSourcesInit = {},
): Requirement {
  const { least = 1, invented = 'fail', ...rest } = init;
  const known = new Set(someTexts('ids', ids));
  const shapes = new Set([...known].map(shapeOf));
  const most = wholeNumber('least', least, 0);
  const [open, close] = splitPattern(pattern);
  const marks = termAutomaton([open, close]);

  const marksAt = (node: number): { opens: boolean; closes: boolean } => {
    const found = { opens: false, closes: false };
    marks.endingAt(node, (mark) => {
      if (mark === 0) found.opens = true;
      if (mark === 1 || open === close) found.closes = true;
      return false;
    });
    return found;
  };
  const closed = (state: CitationState, content: string): string | null => {
    for (const part of content.split(/[,;]/)) {
      const id = part.trim();
      if (known.has(id)) state.cited.add(id);
      else if (invented === 'fail' && shapes.has(shapeOf(id))) return 'It cites a source that was not given.';
    }
    return null;
  };
  const rule: Rule<CitationState> = {
    start: () => ({ node: 0, inside: null, cited: new Set() }),
    read(state, unit) {
      state.node = marks.step(state.node, unit);
      const { opens, closes } = marksAt(state.node);
      if (state.inside !== null) {
        state.inside += String.fromCharCode(unit);
        const { inside } = state;
        if (closes && inside.length >= close.length) {
          state.inside = null;
          return closed(state, inside.slice(0, -close.length));
        }
        if (inside.length > LONGEST) state.inside = null;
      }
      if (opens) state.inside = '';
      return null;
    },
    end: ({ cited }) =>
      cited.size >= most ? null : `It cites ${cited.size} of the sources; at least ${most} are asked for.`,
  };
  const shown = [...known].map((id) => pattern.replace('{id}', () => id)).join(', ');
  return new TextGuardrail(`cite at least ${most} of the sources, as ${shown}`, rule, rest);
}

function splitPattern(pattern: string): readonly [string, string] {
  const parts = typeof pattern === 'string' ? pattern.split('{id}') : [];
  const [open = '', close = ''] = parts;
  if (parts.length === 2 && open !== '' && close !== '') return [open, close];
  throw new TypeError(`pattern must have {id} between two texts, as '[{id}]', got ${describe(pattern)}.`);
}

/** What ids look like: `doc-12` and `doc-7` alike, `note` not. */
function shapeOf(id: string): string {
  return id.replace(/\d+/g, '0').replace(/[\p{L}\p{M}]+/gu, 'a');
}
