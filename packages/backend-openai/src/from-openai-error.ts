import {
  AuthenticationError,
  ConnectionError,
  GenerationTimeoutError,
  MalformedResponseError,
  MelliflowError,
} from '@melliflow/core';
import { scrubbed, toBackendError } from '@melliflow/core/implement';
import {
  errorFromNetwork,
  errorFromStatus,
  type FailureOrigin,
  type ReadableHeaders,
} from '@melliflow/provider-kit';

/** What the SDK's errors have; their `name` is always `Error`. */
interface SdkError {
  readonly message: string;
  readonly status?: number | undefined;
  readonly error?: unknown;
  readonly headers?: ReadableHeaders | undefined;
  readonly requestID?: string | null | undefined;
}

/** What the SDK, the network or our own reading threw, as an error of the family. */
export function fromOpenAIError(thrown: unknown, origin: FailureOrigin): Error {
  if (MelliflowError.is(thrown) || !(thrown instanceof Error)) return toBackendError(thrown, origin);
  const { provider, model, secrets } = origin;
  const { status, error, headers, requestID, message } = thrown as SdkError;
  if (typeof status === 'number') {
    const body = error === undefined ? textOf(message) : { error };
    return errorFromStatus({ status, body, headers, requestId: requestID ?? undefined }, origin);
  }
  const facts = { provider, model, cause: scrubbed(thrown, secrets) };
  const kinds = classNames(thrown);
  if (kinds.includes('APIConnectionTimeoutError')) {
    return new GenerationTimeoutError(`${provider}: there was no reply in time.`, facts);
  }
  const ofNetwork = errorFromNetwork(thrown, { provider, model, secrets });
  if (ofNetwork) return ofNetwork;
  if (kinds.includes('APIConnectionError')) {
    return new ConnectionError(`${provider}: the connection failed.`, facts);
  }
  if (/'apiKey' function|missing credentials|resolve authentication/i.test(message)) {
    return new AuthenticationError(`${provider}: ${facts.cause.message}`, facts);
  }
  if (thrown instanceof RangeError) {
    return new MalformedResponseError(`${provider}: ${facts.cause.message}`, facts);
  }
  return toBackendError(thrown, origin);
}

/** The reply's text out of the SDK's message: `503 upstream overloaded`. */
function textOf(message: string): string {
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
