import type { Requirement, ValidationResult } from '@melliflow/core';

type Verdicts = readonly (readonly [Requirement, ValidationResult])[];

/**
 * What failed and why, a line each: all of it, and nothing else. Texts are data; one of several lines stays inside its
 * item. A requirement that has neither a description nor a reason has nothing to say.
 */
export function failedRequirements(validations: Verdicts): string {
  return validations
    .filter(([, verdict]) => !verdict.asBool())
    .map(([{ description }, { reason }]) => [description, reason].filter(Boolean).map(String).join(': '))
    .filter((said) => said !== '')
    .map((said) => `- ${said.trim().replaceAll(/\r\n|[\r\n\u2028\u2029]/g, '\n  ')}`)
    .join('\n');
}
