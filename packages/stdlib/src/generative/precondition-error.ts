import { MelliflowError, type Requirement, type ValidationResult } from '@melliflow/core';
import { nameErrors } from '@melliflow/core/implement';

/** The arguments of a generative function do not meet a precondition; nothing was generated. */
export class PreconditionError extends MelliflowError {
  /** The verdict, with its reason. */
  readonly validation: ValidationResult;
  readonly requirement: Requirement;

  constructor(name: string, requirement: Requirement, validation: ValidationResult) {
    const what = requirement.description === null ? 'a precondition' : `"${requirement.description}"`;
    super(`${name}: the arguments do not meet ${what}; see error.validation.`);
    this.requirement = requirement;
    this.validation = validation;
  }
}

nameErrors({ PreconditionError });
