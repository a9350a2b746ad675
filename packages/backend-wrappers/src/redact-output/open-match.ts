import { type Choices, looksAhead, looksBehind, refersBack, type Step, someStep } from './pattern-steps.js';

/** The end of what is there, also where `$` means the end of a line. */
const END = '(?![\\s\\S])';

/**
 * The source of an expression that matches from a place to the end of a text if more text could decide what a pattern of
 * these steps does at that place: every step of it may also stand at the end. Where it does not match, the pattern's
 * answer is final. It captures nothing.
 *
 * Null where it is not known: for back references, and what looks ahead within what looks behind.
 */
export function openMatch(choices: Choices): string | null {
  const isUnknown = (step: Step): boolean =>
    refersBack(step) || (looksBehind(step) && step.body !== null && someStep(step.body, looksAhead));
  return someStep(choices, isUnknown) ? null : `(?:${openChoices(choices)})${END}`;
}

function openChoices(choices: Choices): string {
  return choices.map((steps) => steps.map(openStep).join('')).join('|');
}

/** What looks ahead may reach the end as well; what it forbids, and what looks behind, is left to the pattern. */
function openStep(step: Step): string {
  const { source, body, quantifier } = step;
  if (body === null) return `(?:${source}|${END})${quantifier}`;
  if (looksBehind(step)) return `(?:)${quantifier}`;
  const inner = openChoices(body);
  if (source === '(?=') return `(?:(?:${inner})${END}|(?=${inner}))${quantifier}`;
  if (source === '(?!') return `(?:(?:${inner})${END}|)${quantifier}`;
  const isCapturing = source === '(' || source.startsWith('(?<');
  return `(?:${isCapturing ? '(?:' : source}${inner})|${END})${quantifier}`;
}
