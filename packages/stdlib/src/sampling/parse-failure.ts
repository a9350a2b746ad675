import { ComponentParseError, Requirement, type SamplingResult, ValidationResult } from '@melliflow/core';

/** What an output fails that could not be read: it stands among the validations of its attempt. */
export class ParseFailure extends Requirement {
  readonly error: ComponentParseError;

  constructor(error: ComponentParseError) {
    super('be readable in the form that was asked for', {
      validationFn: () => new ValidationResult(false, { reason: error.message }),
      checkOnly: true,
    });
    this.error = error;
  }
}

/** Why the chosen output could not be read; null when it could. Its `parsedRepr` is null then. */
export function parseErrorOf(result: SamplingResult<unknown>): ComponentParseError | null {
  const [requirement] = result.sampleValidations[result.resultIndex]?.[0] ?? [];
  // By what it holds, so that a failure of another copy of this package is one too.
  const { error } = (requirement ?? {}) as Partial<ParseFailure>;
  return ComponentParseError.is(error) ? error : null;
}
