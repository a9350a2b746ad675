import type { Requirement } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { type ReadyRequirementInit, textRequirement } from './output-requirement.js';

/** Which way round, and how it is shown. */
export interface MatchesPatternInit extends ReadyRequirementInit {
  /** Whether the pattern must not occur instead. Default false. */
  absent?: boolean | undefined;
}

/**
 * A regular expression matches somewhere in the output; one with the flag `y` at its begin. It is used as it is now:
 * neither `g` nor `y` makes one check depend on the last.
 *
 * @throws TypeError for what is no regular expression.
 *
 * @example
 * matchesPattern(/^Dear /, { description: 'begin with “Dear”' });
 */
export function matchesPattern(pattern: RegExp, init: MatchesPatternInit = {}): Requirement {
  if (!(pattern instanceof RegExp))
    throw new TypeError(`pattern must be a regular expression, got ${describe(pattern)}.`);
  const { source, flags } = pattern;
  const { absent = false } = init;
  return textRequirement(
    `${absent ? 'not match' : 'match'} the pattern /${source}/${flags}`,
    init,
    (text) => {
      const found = new RegExp(source, flags).exec(text)?.[0];
      if (absent) return found === undefined ? true : [false, `it has “${found}”`];
      return found === undefined ? [false, 'the pattern does not match'] : true;
    },
  );
}
