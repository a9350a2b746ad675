import { setTimeout as wait } from 'node:timers/promises';
import { PartialValidationResult, Requirement, ValidationResult } from '@melliflow/core';
import type { StreamingTraits } from '@melliflow/streaming';

/** Fails a sentence that promises a discount; it takes its time, as a model that judges would. */
export class NoDiscounts extends Requirement implements StreamingTraits {
  readonly stateless = true;
  readonly checkMs: number;

  constructor(checkMs: number) {
    super('Do not promise discounts.');
    this.checkMs = checkMs;
  }

  override async streamValidate(sentence: string): Promise<PartialValidationResult> {
    await wait(this.checkMs);
    if (!/\d+ ?%|for free|discount/i.test(sentence)) return new PartialValidationResult('pass');
    return new PartialValidationResult('fail', { reason: 'It promised a discount.' });
  }

  /** All was checked while it came. */
  override async validate(): Promise<ValidationResult> {
    return new ValidationResult(true);
  }
}
