import { type Context, type ModelOutputThunk, Requirement, ValidationResult } from '@melliflow/core';
import type { SimpleVerdict } from './simple-validate.js';

/** How a ready-made requirement is shown. */
export interface ReadyRequirementInit {
  /** What the model that writes is told. Default: what is checked, in plain words. */
  description?: string | undefined;
  /** Checked, but not shown to the model that writes, unless a repair names it. */
  checkOnly?: boolean | undefined;
}

type Check<T> = (given: T) => SimpleVerdict | Promise<SimpleVerdict>;

/** A requirement on the last output. Without one it fails and says so. */
export function outputRequirement(
  description: string,
  init: ReadyRequirementInit,
  check: Check<ModelOutputThunk<unknown>>,
): Requirement {
  const validationFn = async (ctx: Context): Promise<ValidationResult> => {
    const output = ctx.lastOutput();
    if (output === null) return new ValidationResult(false, { reason: 'there is no output' });
    await output.avalue();
    const verdict = await check(output);
    if (typeof verdict === 'boolean') return new ValidationResult(verdict);
    return new ValidationResult(verdict[0], { reason: verdict[1] });
  };
  return new Requirement(init.description ?? description, { validationFn, checkOnly: init.checkOnly });
}

/** A requirement on the text of the last output. */
export function textRequirement(
  description: string,
  init: ReadyRequirementInit,
  check: Check<string>,
): Requirement {
  return outputRequirement(description, init, (output) => check(output.value ?? ''));
}
