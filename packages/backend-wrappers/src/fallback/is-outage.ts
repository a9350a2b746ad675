import { BackendError, type MelliflowError } from '@melliflow/core';

/** Failures that lie in the request, the key or the caller: another model is asked for these only if you say so. */
const notAnOutage: ReadonlySet<string> = new Set([
  'authentication',
  'permission',
  'invalid_request',
  'context_length',
  'content_filter',
  'unsupported_feature',
  'unmet_requirements',
  'generation_cancelled',
]);

/**
 * Whether a failure is the provider's, so that another one may well answer: rate limits, spent quota, server errors,
 * connections, timeouts, models that are gone, replies that break off or cannot be read, and what nobody knows.
 */
export function isOutage(error: MelliflowError): boolean {
  return BackendError.is(error) && !notAnOutage.has(error.code);
}
