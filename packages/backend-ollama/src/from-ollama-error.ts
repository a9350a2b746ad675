import { MalformedResponseError, MelliflowError } from '@melliflow/core';
import { scrubbed, toBackendError } from '@melliflow/core/implement';
import { errorFromNetwork, type FailureOrigin } from '@melliflow/provider-kit';

/** What the network, the SDK or our own reading threw, as an error of the family. */
export function fromOllamaError(thrown: unknown, origin: FailureOrigin): Error {
  if (MelliflowError.is(thrown) || !(thrown instanceof Error)) return toBackendError(thrown, origin);
  const { provider, model, secrets } = origin;
  const ofNetwork = errorFromNetwork(thrown, { provider, model, secrets });
  if (ofNetwork) return ofNetwork;
  if (thrown instanceof RangeError) {
    const cause = scrubbed(thrown, secrets);
    return new MalformedResponseError(`${provider}: ${cause.message}`, { provider, model, cause });
  }
  return toBackendError(thrown, origin);
}
