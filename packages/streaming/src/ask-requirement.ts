import {
  type PartialValidationResult,
  Requirement,
  type StreamValidationIo,
  type ValidationResult,
} from '@melliflow/core';
import { className, describe } from '@melliflow/core/implement';

/**
 * The verdict on a chunk, at once when it need not be waited for. A throw is made a rejection, so that the peers are
 * asked all the same.
 */
export function verdictOf(
  requirement: Requirement,
  text: string,
  io: StreamValidationIo,
): PartialValidationResult | Promise<PartialValidationResult> {
  try {
    const verdict = requirement.streamValidate(text, io);
    if (!isThenable(verdict)) return checked(requirement, verdict);
    return Promise.resolve(verdict).then(
      (later) => checked(requirement, later),
      (error) => Promise.reject(explained(requirement, error)),
    );
  } catch (error) {
    return Promise.reject(explained(requirement, error));
  }
}

function isThenable(value: unknown): value is PromiseLike<PartialValidationResult> {
  return typeof (value as { then?: unknown } | null)?.then === 'function';
}

function checked(requirement: Requirement, verdict: PartialValidationResult): PartialValidationResult {
  const { success } = (verdict ?? {}) as Partial<PartialValidationResult>;
  if (success === 'pass' || success === 'fail' || success === 'unknown') return verdict;
  throw new TypeError(
    `streamValidate of ${className(requirement)} must give a PartialValidationResult, got ${describe(verdict)}.`,
  );
}

/** @throws TypeError when `validate` gave something else than a verdict. */
export function checkedResult(requirement: Requirement, result: ValidationResult): ValidationResult {
  if (typeof result?.asBool === 'function') return result;
  throw new TypeError(
    `validate of ${className(requirement)} must give a ValidationResult, got ${describe(result)}.`,
  );
}

/** What engines say when an object lacks the `#private` members of its class. */
const lacksPrivate = /private (member|field|method|name)|(Receiver|Object) must be an instance/i;

/** A plain clone lacks `#private` members; engines say so in words of their own, without saying what to do. */
export function explained(requirement: Requirement, error: unknown): unknown {
  const plainClone = requirement.clone === Requirement.prototype.clone;
  if (!plainClone || !(error instanceof TypeError) || !lacksPrivate.test(error.message)) return error;
  return new TypeError(
    `${className(requirement)} has #private fields, which its clone lacks: override clone() to make a new one.`,
    { cause: error },
  );
}
