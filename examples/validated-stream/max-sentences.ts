import { PartialValidationResult, Requirement, ValidationResult } from '@melliflow/core';

/** Fails as soon as the model writes more than `limit` sentences. */
export class MaxSentences extends Requirement {
  readonly limit: number;
  count = 0; // each stream checks with a copy of its own

  constructor(limit: number) {
    super(`The response must be at most ${limit} sentences.`);
    this.limit = limit;
  }

  override streamValidate(_sentence: string): PartialValidationResult {
    this.count += 1;
    if (this.count > this.limit) return new PartialValidationResult('fail', { reason: 'Too many sentences' });
    return new PartialValidationResult('unknown');
  }

  /** All was checked while it came. */
  override async validate(): Promise<ValidationResult> {
    return new ValidationResult(true);
  }
}
