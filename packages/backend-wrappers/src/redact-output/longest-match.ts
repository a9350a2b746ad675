import { type Choices, looksAhead, looksBehind, refersBack, type Step, someStep } from './pattern-steps.js';

/** The most UTF-16 units that a match has, with what it looks ahead to; infinite where the expression sets no limit. */
export function longestMatch(choices: Choices, isUnicode: boolean): number {
  const lengthOf = (step: Step): number => {
    if (looksBehind(step) && !someStep(step.body ?? [], looksPast)) return 0;
    if (refersBack(step)) return Number.POSITIVE_INFINITY;
    const once = step.body === null ? Number(isUnicode) + 1 : longestMatch(step.body, isUnicode);
    return once === 0 ? 0 : once * mostTimes(step.quantifier);
  };
  return Math.max(...choices.map((steps) => steps.reduce((sum, step) => sum + lengthOf(step), 0)));
}

/** How many units before a match the expression looks at: one to tell the border of a word or a line. */
export function farthestLook(choices: Choices, isUnicode: boolean): number {
  const looks = choices.flat().map((step) => {
    if (step.body === null) return 0;
    return farthestLook(step.body, isUnicode) + (looksBehind(step) ? longestMatch(step.body, isUnicode) : 0);
  });
  return Math.max(1, ...looks);
}

/** Whether a step asks about the character after its place; within what looks behind that is one after the match. */
function looksPast(step: Step): boolean {
  return looksAhead(step) || ['\\b', '\\B', '$'].includes(step.source);
}

function mostTimes(quantifier: string): number {
  if (quantifier === '' || quantifier.startsWith('?')) return 1;
  const limits = /^\{(\d+)(,(\d*))?\}/.exec(quantifier);
  const most = limits?.[2] === undefined ? limits?.[1] : limits[3];
  return most ? Number(most) : Number.POSITIVE_INFINITY;
}
