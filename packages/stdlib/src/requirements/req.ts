import { Requirement, type ValidationFn } from '@melliflow/core';

/**
 * A requirement that the model is shown and its output is checked for: by `validationFn`, else by a model as judge.
 *
 * @example
 * req('be shorter than 100 characters', simpleValidate((text) => text.length < 100));
 */
export function req(description: string, validationFn?: ValidationFn | null): Requirement {
  return new Requirement(description, { validationFn });
}
