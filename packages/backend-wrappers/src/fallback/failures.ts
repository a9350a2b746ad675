import {
  type Backend,
  BackendError,
  type BackendErrorInit,
  type GenerationWarning,
  type MelliflowError,
} from '@melliflow/core';

/** `openai gpt-5`: who was asked, for warnings and errors. */
export function nameOf({ provider, modelId }: Pick<Backend, 'provider' | 'modelId'>): string {
  return `${provider} ${modelId}`;
}

/** Why one backend did not answer and which one is asked instead: by code, never by the prompt. */
export function movedOn(failed: Backend, why: string, next: Backend): GenerationWarning {
  const message = `${nameOf(failed)} did not answer (${why}); ${nameOf(next)} is asked instead.`;
  return { kind: 'other', option: 'fallback', message };
}

/** The code of an error, with the status where there was one. */
export function codeOf(error: MelliflowError): string {
  const status = BackendError.is(error) ? error.status : undefined;
  return status === undefined ? error.code : `${error.code}, HTTP ${status}`;
}

type BackendErrorClass = new (message: string, init: BackendErrorInit) => BackendError;

/**
 * The error after several: that of the last backend that was asked, of its class, with the errors of all as its
 * cause. A single one stays as it is.
 */
export function lastOf(failures: readonly MelliflowError[]): MelliflowError {
  const last = failures.at(-1) as MelliflowError;
  if (failures.length === 1 || !BackendError.is(last)) return last;
  const earlier = failures.slice(0, -1).map((error) => `${whoOf(error)} (${codeOf(error)})`);
  const message = `${last.message} Asked before: ${earlier.join(', ')}.`;
  const cause = new AggregateError(failures, 'The errors of all backends that were asked, in order.');
  const { provider, model, status, retryable, retryAfterMs, requestId, partialText } = last;
  const facts = { provider, model, status, retryable, retryAfterMs, requestId, partialText };
  return likeOf(last, message, { ...last, ...facts, cause });
}

/** An error of the same class; of the nearest one above it where a class of others is made in another way. */
function likeOf(error: BackendError, message: string, init: BackendErrorInit): BackendError {
  for (let type = Object.getPrototypeOf(error); BackendError.is(type); type = Object.getPrototypeOf(type)) {
    const made = madeBy(type.constructor as BackendErrorClass, message, init);
    if (made?.message === message && made.cause === init.cause) return made;
  }
  return new BackendError(message, init);
}

function madeBy(Class: BackendErrorClass, message: string, init: BackendErrorInit): BackendError | null {
  try {
    return new Class(message, init);
  } catch {
    return null;
  }
}

function whoOf(error: MelliflowError): string {
  return BackendError.is(error) ? nameOf({ provider: error.provider, modelId: error.model }) : error.name;
}
