import { isObject, textOf } from '../internal/describe.js';
import { BackendError } from './backend-error.js';
import { MelliflowError } from './melliflow-error.js';
import { redact } from './redact.js';

/** Who was called, and which secrets must not show. */
export interface ErrorOrigin {
  provider: string;
  model: string;
  secrets?: readonly string[] | undefined;
}

/**
 * An error of the family as it is; anything else as a `BackendError` (code `backend`) whose message and cause
 * are scrubbed copies, because a provider's own error object may hold keys and prompts (contract 4.6, 4.7).
 */
export function toBackendError(error: unknown, origin: ErrorOrigin): MelliflowError {
  if (MelliflowError.is(error)) return error;
  const cause = scrubbed(error, origin.secrets);
  const message = `${origin.provider}: ${cause.message}${cause.code ? ` (${cause.code})` : ''}`;
  return new BackendError(message, { ...origin, status: cause.status, cause });
}

interface ScrubbedError extends Error {
  status?: number;
  code?: string;
}

/** Name, message, status and code of a foreign error, or of what caused it, in an `Error` of our own. */
export function scrubbed(error: unknown, secrets?: readonly string[]): ScrubbedError {
  const facts = isObject(error) ? error : {};
  const message = typeof facts.message === 'string' ? facts.message : textOf(error);
  const copy: ScrubbedError = new Error(redact(message, secrets));
  if (typeof facts.name === 'string') copy.name = redact(facts.name, secrets);
  if (typeof facts.status === 'number') copy.status = facts.status;
  const code = facts.code ?? (isObject(facts.cause) ? facts.cause.code : undefined);
  if (typeof code === 'string') copy.code = redact(code, secrets);
  return copy;
}
