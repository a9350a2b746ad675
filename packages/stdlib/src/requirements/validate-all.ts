import type { Backend, Context, GenerateOptions, Requirement, ValidationResult } from '@melliflow/core';
import { supportedBackend } from '@melliflow/core/implement';
import { checkRequirements } from './check-requirements.js';
import { reqify } from './reqify.js';

/**
 * Checks the last output of `ctx` for all requirements at once, each with its verdict, in the order given.
 *
 * @throws GenerationCancelledError (`generation_cancelled`) when the signal aborts, also while a validator hangs.
 * @throws Whatever a validator throws; its peers are aborted then.
 *
 * @example
 * const verdicts = await validateAll(['be polite', isShort], ctx, backend);
 * const failed = verdicts.filter(([, verdict]) => !verdict.asBool());
 */
export async function validateAll(
  requirements: readonly (Requirement | string)[],
  ctx: Context,
  backend: Backend,
  options: GenerateOptions = {},
): Promise<[Requirement, ValidationResult][]> {
  const { verdicts } = await checkRequirements(
    requirements.map(reqify),
    ctx,
    supportedBackend(backend),
    options,
  );
  return verdicts;
}
