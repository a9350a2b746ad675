import {
  GenerationTimeoutError,
  InvalidRequestError,
  MalformedResponseError,
  MelliflowError,
} from '@melliflow/core';
import {
  errorFromStatus,
  type FailureOrigin,
  type ReadableHeaders,
  toProviderError,
} from '@melliflow/provider-kit';

/** What the SDK's errors have. The status can only be IAM's: the replies of the service are read by ourselves. */
interface SdkError {
  readonly message: string;
  readonly status?: unknown;
  readonly headers?: ReadableHeaders | undefined;
  /** The parsed body. */
  readonly result?: unknown;
  /** Where there was no reply: the code of the network's error. */
  readonly statusText?: unknown;
}

interface IamBody {
  readonly errorCode?: unknown;
  readonly errorMessage?: unknown;
}

/** What the SDK, the network or our own reading threw, as an error of the family. */
export function fromWatsonxError(thrown: unknown, origin: FailureOrigin): Error {
  if (MelliflowError.is(thrown) || !(thrown instanceof Error)) return toProviderError(thrown, origin);
  const { provider, model } = origin;
  const { message, status, statusText, result, headers } = thrown as SdkError;
  if (typeof status === 'number') {
    return errorFromStatus({ status, headers, body: ofIam(status, result) }, origin);
  }
  if (typeof statusText === 'string' && /^timeout /.test(message)) {
    return new GenerationTimeoutError(`${provider}: the client's own time limit ran out.`, {
      provider,
      model,
    });
  }
  if (typeof statusText === 'string') {
    return toProviderError(Object.assign(new Error(message), { code: statusText }), origin);
  }
  if (message.startsWith('Parameter validation errors')) {
    const words = message.replace(/\s+/g, ' ');
    return new InvalidRequestError(`${provider}: the SDK refused the call. ${words}`, { provider, model });
  }
  if (/access token|processing http response/i.test(message)) {
    // What the SDK says of it may quote the reply.
    return new MalformedResponseError(`${provider}: IAM gave no token; check iamUrl.`, { provider, model });
  }
  return toProviderError(thrown, origin);
}

/** IAM answers 400 to a key that it does not know; its codes begin with BXNIM. */
function ofIam(status: number, result: unknown): unknown {
  const { errorCode, errorMessage } = (result ?? {}) as IamBody;
  if (typeof errorMessage !== 'string') return result;
  const isOfKey = /^BXNIM/.test(String(errorCode)) && status < 429;
  return { message: errorMessage, code: isOfKey ? 'invalid_api_key' : errorCode };
}
