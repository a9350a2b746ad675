import { MalformedResponseError } from '@melliflow/core';
import type { WireFields } from '@melliflow/openai-wire';
import { type AttemptIO, type FailureOrigin, readFailure } from '@melliflow/provider-kit';
import type { HfEndpoint } from './hf-endpoint.js';
import type { HfClient } from './hf-settings.js';

/** Whom a request goes to, and by what. */
export interface HfConnection {
  readonly client: HfClient;
  /** Null for the router. */
  readonly endpoint: HfEndpoint | null;
  readonly fetch: typeof globalThis.fetch;
}

/** Ends the SDK's part in a call: the reply is there, and what the SDK would make of it is not wanted. */
const handedOver = new Error('the reply is read elsewhere');

/** The reply of a chat, when its headers are there. */
export function sendChat(
  connection: HfConnection,
  body: WireFields,
  io: AttemptIO,
  origin: FailureOrigin,
): Promise<Response> {
  const ask = { model: 'any', messages: [], endpointUrl: connection.endpoint?.chatURL };
  return send(
    connection,
    (options) => connection.client.chatCompletion(ask as never, options),
    body,
    io,
    origin,
  );
}

/** The reply of raw prompts. */
export function sendRaw(
  connection: HfConnection,
  body: WireFields,
  io: AttemptIO,
  origin: FailureOrigin,
): Promise<Response> {
  const ask = { model: 'any', inputs: '', endpointUrl: connection.endpoint?.rawURL };
  return send(
    connection,
    (options) => connection.client.textGeneration(ask as never, options),
    body,
    io,
    origin,
  );
}

/**
 * The SDK finds the address and the headers and makes the request, by a `fetch` that puts our body in (it would take
 * fields such as `provider` and `data` for its own, and refuses models whose names look like paths) and keeps the
 * reply (it loses the headers of errors, puts the prompt into them, and takes a stream that was cut for a whole one).
 *
 * @throws FailedReply for a status that is an error.
 */
async function send(
  { fetch }: HfConnection,
  request: (options: never) => Promise<unknown>,
  body: WireFields,
  io: AttemptIO,
  { provider, model }: FailureOrigin,
): Promise<Response> {
  let reply: Response | undefined;
  const watched: typeof fetch = async (input, init) => {
    const got = await fetch(input, { ...init, body: JSON.stringify(body), signal: io.signal });
    if (!got.ok) throw await readFailure(got, io.signal);
    io.headersArrived();
    reply = got;
    throw handedOver;
  };
  try {
    await request({ fetch: watched, retry_on_error: false } as never);
  } catch (error) {
    if (error !== handedOver) throw error;
  }
  if (reply) return reply;
  const message = `${provider}: the client made no request by its fetch.`;
  throw new MalformedResponseError(message, { provider, model });
}
