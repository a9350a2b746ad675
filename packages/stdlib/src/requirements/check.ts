import { Requirement, type ValidationFn } from '@melliflow/core';

/**
 * A requirement that is checked but never shown: who is told not to think of a purple elephant thinks of one. Without
 * a description only `validationFn` can check it.
 *
 * @example
 * check('do not mention purple elephants');
 */
export function check(description: string | null, validationFn?: ValidationFn | null): Requirement {
  return new Requirement(description, { validationFn, checkOnly: true });
}
