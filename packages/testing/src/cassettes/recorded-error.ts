import * as core from '@melliflow/core';
import { type Backend, BackendError, MelliflowError } from '@melliflow/core';
import { toBackendError } from '@melliflow/core/implement';

/** An error as a cassette holds it. */
export interface RecordedError {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly status?: number | undefined;
  readonly retryable?: boolean | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly requestId?: string | undefined;
  readonly partialText?: string | undefined;
  readonly cause?: RecordedCause | undefined;
}

/** What an error was made of. */
export interface RecordedCause {
  readonly name: string;
  readonly message: string;
  readonly status?: unknown;
  readonly code?: unknown;
}

/** The facts of an error; a foreign one is told as a caller sees it. */
export function recordedError(thrown: unknown, backend: Backend): RecordedError {
  const origin = { provider: backend.provider, model: backend.modelId, secrets: backend._secrets() };
  const error = toBackendError(thrown, origin);
  const { name, code, message } = error;
  const cause = causeOf(error);
  if (!BackendError.is(error)) return { name, code, message, cause };
  const { status, retryable, retryAfterMs, requestId, partialText } = error;
  return { name, code, message, status, retryable, retryAfterMs, requestId, partialText, cause };
}

function causeOf({ cause }: Error): RecordedCause | undefined {
  if (!(cause instanceof Error)) return undefined;
  const { name, message, status, code } = cause as RecordedCause;
  return { name, message, status, code };
}

/** The error again, of its class; one of a class that core does not have is of the nearest that it has. */
export function revivedError(recorded: RecordedError, backend: Backend): MelliflowError {
  const { name, code, message, cause: facts, ...own } = recorded;
  const cause = facts && Object.assign(new Error(facts.message), facts);
  const isOfBackend = own.retryable !== undefined;
  const Class = classes.get(code) ?? BackendError;
  const error = isOfBackend
    ? new Class(message, { provider: backend.provider, model: backend.modelId, ...own, cause })
    : new MelliflowError(message, { cause });
  if (error.code !== code) Object.defineProperties(error, { name: { value: name }, code: { value: code } });
  return error;
}

/** The classes of core's errors about backends, by their codes. */
const classes: ReadonlyMap<string, typeof BackendError> = new Map(
  Object.values(core)
    .filter((one): one is typeof BackendError => isBackendErrorClass(one))
    .map((one) => [one.prototype.code, one]),
);

function isBackendErrorClass(one: unknown): boolean {
  const prototype: unknown = typeof one === 'function' ? one.prototype : undefined;
  return prototype === BackendError.prototype || prototype instanceof BackendError;
}
