import type { CBlock } from '@melliflow/core';
import { currentLogger, describe } from '@melliflow/core/implement';

/**
 * Reads the answer of a model that was trained to check requirements: JSON such as
 * `{"requirement_check": {"score": 0.9}}`, true above 0.5. For `outputToBool` of a requirement.
 *
 * An object without the score counts as false, with a warning to the logger.
 *
 * @throws SyntaxError when the answer is not JSON.
 * @throws TypeError when it is no object, or its score no number.
 */
export function requirementCheckToBool(x: CBlock | string): boolean {
  const answer: unknown = JSON.parse(String(x));
  if (!isRecord(answer))
    throw new TypeError(`A requirement check must be a JSON object, got ${describe(answer)}.`);
  const check = answer.requirement_check;
  const score = isRecord(check) ? check.score : undefined;
  if (score === undefined) {
    currentLogger()?.warn('The requirement check has no requirement_check.score; it counts as false.');
    return false;
  }
  if (typeof score === 'number' || typeof score === 'boolean') return Number(score) > 0.5;
  throw new TypeError(`requirement_check.score must be a number, got ${describe(score)}.`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
