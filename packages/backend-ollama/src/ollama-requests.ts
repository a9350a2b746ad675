import { MalformedResponseError } from '@melliflow/core';
import {
  type AttemptIO,
  FailedReply,
  type FailureOrigin,
  failureOf,
  patientFetch,
  readFailure,
} from '@melliflow/provider-kit';
import type { OllamaFields } from './ollama-options.js';
import type { OllamaClient } from './ollama-settings.js';

/** What the SDK's client holds; its types hide it. */
interface ClientInside {
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** What one call asks, and of whom. */
export interface OllamaRequest {
  readonly endpoint: 'chat' | 'generate';
  readonly body: OllamaFields;
}

/**
 * The reply to a request that the SDK makes, when its headers are there.
 *
 * The SDK gets a `fetch` of its own for each call, because it takes no signal; and what it makes of the reply is not
 * looked at (it does not read before it is asked to), because it leaves lines out that are no JSON, loses the headers
 * of errors and writes to the console.
 *
 * @throws FailedReply for a status that is an error.
 */
export async function send(
  client: OllamaClient,
  { endpoint, body }: OllamaRequest,
  io: AttemptIO,
  origin: FailureOrigin,
): Promise<Response> {
  const own = (client as ClientInside).fetch;
  const fetch = own === undefined || own === globalThis.fetch ? patientFetch : own;
  let reply: Response | undefined;
  const watched: typeof fetch = async (input, init) => {
    reply = await fetch(input, { ...init, signal: io.signal });
    if (!reply.ok) throw coded(await readFailure(reply, io.signal));
    io.headersArrived();
    if (!reply.body) throw malformed(origin, 'the reply is empty');
    return reply;
  };
  const asking = Object.assign(Object.create(client) as OllamaClient, {
    fetch: watched,
    // Images are base64 already; the SDK would take the name of a file for one too, and read it.
    encodeImage: async (image: string) => image,
    // What the client keeps of its streams it keeps for ever.
    ongoingStreamedRequests: [],
  });
  await asking[endpoint](body as never);
  if (reply === undefined) throw malformed(origin, 'the client made no request by its fetch');
  return reply;
}

/** Ollama has no codes; that the limit of an account is reached stands in its words alone. */
function coded(failed: FailedReply): FailedReply {
  const failure = failureOf(failed);
  const { error } = (failure?.body ?? {}) as { error?: unknown };
  const isQuota =
    failure?.status === 429 && typeof error === 'string' && /\bquota\b|usage limit/i.test(error);
  if (!isQuota) return failed;
  return new FailedReply({ ...failure, body: { error: { message: error, code: 'insufficient_quota' } } });
}

function malformed({ provider, model }: FailureOrigin, what: string): MalformedResponseError {
  return new MalformedResponseError(`${provider}: ${what}.`, { provider, model });
}
