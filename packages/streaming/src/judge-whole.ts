import type { Backend, Context, Requirement, ValidationResult } from '@melliflow/core';
import { checkedResult, explained } from './ask-requirement.js';

/** The verdicts on a finished output, which `ctx` ends with; in the order of the requirements. */
export function judgeWhole(
  judges: readonly Requirement[],
  backend: Backend,
  ctx: Context,
  signal: AbortSignal,
): Promise<ValidationResult[]> {
  return Promise.all(
    judges.map(async (requirement) => {
      try {
        return checkedResult(requirement, await requirement.validate(backend, ctx, { signal }));
      } catch (error) {
        throw explained(requirement, error);
      }
    }),
  );
}
