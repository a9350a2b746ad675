import { PartialValidationResult, Requirement, ValidationResult } from '@melliflow/core';

/**
 * Passes everything and remembers which chunks were asked about: a stream tells nobody the text of one that failed,
 * and the playground wants to show it struck out.
 */
export class Witness extends Requirement {
  /** So that an attempt that goes on is not told what was shown already. */
  readonly stateless = true;
  /** The chunks of each attempt, in order. */
  readonly attempts: string[][];

  constructor(attempts: string[][] = []) {
    super('be seen', { validationFn: () => new ValidationResult(true) });
    this.attempts = attempts;
  }

  override clone(): this {
    this.attempts.push([]);
    return new Witness(this.attempts) as this;
  }

  override streamValidate(chunk: string): PartialValidationResult {
    this.attempts.at(-1)?.push(chunk);
    return new PartialValidationResult('pass');
  }
}
