import { type FailureOrigin, failureOf, toProviderError } from '@melliflow/provider-kit';

/** What the SDK, the network or our own reading threw, as an error of the family. */
export function fromResponsesError(thrown: unknown, origin: FailureOrigin): Error {
  const { cause } = (thrown ?? {}) as { cause?: unknown };
  return toProviderError(failureOf(cause) ? cause : thrown, origin);
}
