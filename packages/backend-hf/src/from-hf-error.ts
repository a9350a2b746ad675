import { AuthenticationError, InvalidRequestError, MelliflowError } from '@melliflow/core';
import { errorFromStatus, type FailureOrigin, ownError, toProviderError } from '@melliflow/provider-kit';

/** What the SDK's errors have. */
interface SdkError extends Error {
  /** Of a reply; beside it stands the request, prompt and all, which is not looked at. */
  readonly httpResponse?: { readonly status?: unknown; readonly body?: unknown } | undefined;
}

/** The SDK's errors before a request, by their names. */
const refusals = new Map([
  [
    'RoutingError',
    { Kind: AuthenticationError, hint: ' The router takes keys of Hugging Face (hf_…) alone.' },
  ],
  ['InputError', { Kind: InvalidRequestError, hint: '' }],
]);

/** What the SDK, the network or our own reading threw, as an error of the family. */
export function fromHfError(thrown: unknown, origin: FailureOrigin): Error {
  if (MelliflowError.is(thrown) || !(thrown instanceof Error)) return toProviderError(thrown, origin);
  const { httpResponse, name } = thrown as SdkError;
  if (typeof httpResponse?.status === 'number') {
    return errorFromStatus({ status: httpResponse.status, body: httpResponse.body }, origin);
  }
  const refusal = refusals.get(name);
  if (refusal === undefined) return toProviderError(thrown, origin);
  const { provider, model } = origin;
  const cause = ownError(thrown, origin);
  return new refusal.Kind(`${provider}: ${cause.message}${refusal.hint}`, { provider, model, cause });
}
