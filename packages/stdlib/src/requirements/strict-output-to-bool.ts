import type { CBlock } from '@melliflow/core';

/** A verdict in words, with neither letter, digit nor underscore beside it; what is not yes is no. */
const verdicts = /(?<![\p{L}\p{N}_])(?:(?<no>no|not\s+(?:a\s+)?yes)|yes)(?![\p{L}\p{N}_])/giu;
const letter = /^\W*([yn])\W*$/i;
/** A yes that an answer begins with and that ends there: `Yes, …`, `**Yes** …`, but not `yes/no` or `yes or no`. */
const beginsWithYes = /^[^\p{L}\p{N}]*yes(?:[*_"”’]+(?:\s|$)|[.,;:!]|\s*[-–—]\s|\s*\n)/iu;

/**
 * A judge's answer, read strictly: it must say yes and not no. Where it says both, what it begins with counts, so
 * “no, not yes” is no and “yes, there are no mistakes” is yes; what is unclear is no.
 */
export function strictOutputToBool(x: CBlock | string): boolean {
  const answer = String(x);
  const alone = letter.exec(answer)?.[1];
  if (alone) return alone.toLowerCase() === 'y';
  const said = [...answer.matchAll(verdicts)].map(({ groups }) => groups?.no === undefined);
  if (said.length === 0) return false;
  return said.every((yes) => yes) || beginsWithYes.test(answer);
}
