import { Requirement, type ValidationFn } from '@melliflow/core';

/**
 * A requirement that is checked but not shown: who is told not to think of a purple elephant thinks of one. Only when
 * an answer fails it, a repair names it, as all that failed. Without a description only `validationFn` can check it.
 *
 * @example
 * check('do not mention purple elephants');
 */
export function check(description: string | null, validationFn?: ValidationFn | null): Requirement {
  return new Requirement(description, { validationFn, checkOnly: true });
}
