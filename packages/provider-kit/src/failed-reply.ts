import type { HttpFailure } from './error-from-status.js';
import type { ProviderReply } from './provider-reply.js';
import { type ByteSource, readText } from './text-source.js';

/** What they hold may quote the request, so it stands where nothing that prints an error finds it. */
const failures = new WeakMap<object, HttpFailure>();

/**
 * A reply that says that the call failed, to be thrown through an SDK. Whatever the SDK makes of it, it shows no more
 * than its status.
 */
export class FailedReply extends Error {
  override readonly name: string = 'FailedReply';

  constructor(failure: HttpFailure) {
    super(`The reply has the status ${failure.status}.`);
    failures.set(this, failure);
  }
}

/** What the failed reply said; undefined for every other error. */
export function failureOf(thrown: unknown): HttpFailure | undefined {
  return typeof thrown === 'object' && thrown !== null ? failures.get(thrown) : undefined;
}

/** No error says more than this, in characters; what a server writes for ever is not waited for. */
const ENOUGH = 1 << 20;

/** The body of a reply that says that the call failed. */
export function readErrorText(body: ByteSource, signal: AbortSignal): Promise<string> {
  return readText(body, signal, ENOUGH);
}

/** Reads the body of a reply whose status is an error, as JSON where it is that. */
export async function readFailure(
  { status, headers, body }: ProviderReply,
  signal: AbortSignal,
): Promise<FailedReply> {
  const text = await readErrorText(body, signal);
  return new FailedReply({ status, headers, body: jsonOr(text) });
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
