import { type Context, ValidationResult } from '@melliflow/core';
import { currentLogger, describe } from '@melliflow/core/implement';

/** What a check of plain text says: whether it holds, perhaps with the reason. */
export type SimpleVerdict = boolean | readonly [boolean, string];

/** How `simpleValidate` explains its verdicts. */
export interface SimpleValidateInit {
  /** The reason of verdicts that bring none. */
  reason?: string | undefined;
}

/**
 * A validation function from a check of the last output's text, whatever was read out of that text. Without an output
 * it does not hold, and the logger is told.
 *
 * @example
 * req('use lower case', simpleValidate((text) => text === text.toLowerCase()));
 */
export function simpleValidate(
  check: (text: string) => SimpleVerdict,
  init: SimpleValidateInit = {},
): (ctx: Context) => ValidationResult {
  return (ctx) => {
    const text = ctx.lastOutput()?.value ?? null;
    if (text === null) {
      currentLogger()?.warn(
        'simpleValidate: the context has no computed output to check, so the check fails.',
      );
      return new ValidationResult(false);
    }
    const verdict: unknown = check(text);
    if (typeof verdict === 'boolean') return new ValidationResult(verdict, { reason: init.reason });
    if (isPair(verdict)) return new ValidationResult(verdict[0], { reason: verdict[1] });
    throw new TypeError(
      `The check of simpleValidate must give a boolean or [boolean, reason], got ${describe(verdict)}.`,
    );
  };
}

function isPair(x: unknown): x is readonly [boolean, string] {
  return Array.isArray(x) && x.length === 2 && typeof x[0] === 'boolean' && typeof x[1] === 'string';
}
