import type { CBlock } from '../content/cblock.js';

/** The word, with neither letter, digit nor underscore beside it, in any script. */
const yes = /(?<![\p{L}\p{N}_])yes(?![\p{L}\p{N}_])/iu;

/**
 * A judge's answer as a boolean: `y` alone, or the word yes anywhere, in any case. "no, not yes" counts as yes,
 * as in the reference.
 */
export function defaultOutputToBool(x: CBlock | string): boolean {
  const answer = String(x);
  return answer.toLowerCase() === 'y' || yes.test(answer);
}
