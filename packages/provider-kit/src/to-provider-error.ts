import { MalformedResponseError, MelliflowError } from '@melliflow/core';
import { toBackendError } from '@melliflow/core/implement';
import { errorFromNetwork } from './error-from-network.js';
import { errorFromStatus, type FailureOrigin } from './error-from-status.js';
import { failureOf } from './failed-reply.js';
import { ownError } from './own-error.js';

/** What a failed reply, the network, an SDK or our own reading threw, as an error of the family. */
export function toProviderError(thrown: unknown, origin: FailureOrigin): Error {
  if (MelliflowError.is(thrown)) return thrown;
  const failure = failureOf(thrown);
  if (failure) return errorFromStatus(failure, origin);
  const ofNetwork = errorFromNetwork(thrown, origin);
  if (ofNetwork) return ofNetwork;
  const { provider, model } = origin;
  const cause = ownError(thrown, origin);
  if (thrown instanceof RangeError) {
    return new MalformedResponseError(`${provider}: ${cause.message}`, { provider, model, cause });
  }
  return toBackendError(cause, origin);
}
