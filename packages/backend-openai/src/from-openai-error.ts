import {
  AuthenticationError,
  ConnectionError,
  GenerationTimeoutError,
  MelliflowError,
} from '@melliflow/core';
import {
  errorFromNetwork,
  errorFromStatus,
  type FailureOrigin,
  ownError,
  type ReadableHeaders,
  toProviderError,
} from '@melliflow/provider-kit';

/** What the SDK's errors have; their `name` is always `Error`. */
export interface SdkError {
  readonly message: string;
  readonly status?: number | undefined;
  readonly error?: unknown;
  readonly headers?: ReadableHeaders | undefined;
  readonly requestID?: string | null | undefined;
}

/** What the SDK, the network or our own reading threw, as an error of the family. */
export function fromOpenAIError(thrown: unknown, origin: FailureOrigin): Error {
  if (MelliflowError.is(thrown) || !(thrown instanceof Error)) return toProviderError(thrown, origin);
  const { provider, model } = origin;
  const { status, error, headers, requestID, message } = thrown as SdkError;
  if (typeof status === 'number') {
    const body = error === undefined ? bodyText(message) : { error };
    return errorFromStatus({ status, body, headers, requestId: requestID ?? undefined }, origin);
  }
  const facts = { provider, model, cause: ownError(thrown, origin) };
  const kinds = classNames(thrown);
  if (kinds.includes('APIConnectionTimeoutError')) {
    return new GenerationTimeoutError(`${provider}: there was no reply in time.`, facts);
  }
  if (kinds.includes('APIConnectionError')) {
    const ofNetwork = errorFromNetwork(thrown, origin);
    return ofNetwork ?? new ConnectionError(`${provider}: the connection failed.`, facts);
  }
  if (/'apiKey' function|missing credentials|resolve authentication/i.test(message)) {
    return new AuthenticationError(`${provider}: ${facts.cause.message}`, facts);
  }
  return toProviderError(thrown, origin);
}

/** The reply's text out of the SDK's message: `503 upstream overloaded`. */
export function bodyText(message: string): string {
  const text = message.replace(/^\d{3} ?/, '');
  return text === 'status code (no body)' ? '' : text;
}

/** The names of an error's classes: `instanceof` would need the SDK, and the copy of it that threw. */
function classNames(error: Error): string[] {
  const names: string[] = [];
  for (let step = Object.getPrototypeOf(error); step; step = Object.getPrototypeOf(step)) {
    names.push(step.constructor?.name ?? '');
  }
  return names;
}
