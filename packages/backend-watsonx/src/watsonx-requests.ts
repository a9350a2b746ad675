import { MalformedResponseError } from '@melliflow/core';
import type { WireFields } from '@melliflow/openai-wire';
import {
  type AttemptIO,
  type FailureOrigin,
  type ProviderReply,
  readErrorText,
  readFailure,
} from '@melliflow/provider-kit';
import { splitUnknown } from './watsonx-parameters.js';
import type { WatsonxClient } from './watsonx-settings.js';

/** What one call asks: a method of the SDK and its parameters. */
export interface WatsonxRequest {
  readonly method: keyof WatsonxClient;
  readonly params: WireFields;
}

/** Where the tokens of requests come from. */
export interface TokenSource {
  /** Null where a request needs none of ours; `isOld` where another may be had if the service refuses it. */
  get(signal: AbortSignal): Promise<{ readonly token: string; readonly isOld: boolean } | null>;
  /** The service refused this token. */
  forget(token: string): void;
}

/** What the SDK hands to its HTTP client, and what comes back; its types hide both. */
interface SdkCall {
  readonly options: { readonly body?: object | undefined };
  readonly defaultOptions: { readonly axiosOptions?: object | undefined };
}

interface SdkReply {
  readonly status: number;
  readonly headers: { get(name: string): unknown };
  /** A stream of Node. */
  readonly result: AsyncIterable<Uint8Array>;
}

interface ClientInside {
  createRequest(call: SdkCall, more?: unknown): Promise<SdkReply>;
}

/**
 * The reply to a request that the SDK makes, when its headers are there. A token from the store that the service
 * refuses is made anew, once.
 *
 * @throws FailedReply for a status that is an error.
 */
export async function send(
  client: WatsonxClient,
  tokens: TokenSource,
  request: WatsonxRequest,
  io: AttemptIO,
  origin: FailureOrigin,
): Promise<ProviderReply> {
  const given = await tokens.get(io.signal);
  let reply = await sendOnce(client, withToken(request, given?.token), io, origin);
  if (reply.status === 401 && given?.isOld) {
    tokens.forget(given.token);
    await readErrorText(reply.body, io.signal);
    const fresh = await tokens.get(io.signal);
    reply = await sendOnce(client, withToken(request, fresh?.token), io, origin);
  }
  if (reply.status < 200 || reply.status > 299) throw await readFailure(reply, io.signal);
  io.headersArrived();
  return reply;
}

function withToken({ method, params }: WatsonxRequest, token: string | undefined): WatsonxRequest {
  if (token === undefined) return { method, params };
  const headers = { ...(params.headers as object | undefined), Authorization: `Bearer ${token}` };
  return { method, params: { ...params, headers } };
}

/**
 * One request. The SDK makes it, but hands its reply to us as it came: of streams the SDK breaks characters and loses
 * lines and errors, and its errors hold the token and the prompt. It gets nothing to look at.
 */
async function sendOnce(
  client: WatsonxClient,
  { method, params }: WatsonxRequest,
  { signal }: AttemptIO,
  { provider, model }: FailureOrigin,
): Promise<ProviderReply> {
  let reply: SdkReply | undefined;
  let more: WireFields = {};
  const createRequest = async ({ options, defaultOptions }: SdkCall, extra?: unknown): Promise<object> => {
    const call = {
      options: { ...options, body: { ...options.body, ...more } },
      defaultOptions: {
        ...defaultOptions,
        axiosOptions: { ...defaultOptions.axiosOptions, ...asItCame, signal },
      },
    };
    reply = await (client as unknown as ClientInside).createRequest(call, extra);
    return { ...reply, result: nothing };
  };
  const asking = Object.assign(Object.create(client) as WatsonxClient, { createRequest });
  try {
    await asking[method](params as never);
  } catch (error) {
    const split = splitUnknown(params, error);
    if (split === null) throw error;
    more = split.unknown;
    await asking[method](split.known as never);
  }
  if (reply === undefined) {
    const message = `${provider}: the client made no request by its createRequest.`;
    throw new MalformedResponseError(message, { provider, model });
  }
  const { status, headers, result } = reply;
  return { status, headers: { get: (name) => textOf(headers.get(name)) }, body: result };
}

/** What the HTTP client is told: the raw body, whatever the status, and no retries. */
const asItCame = {
  responseType: 'stream',
  validateStatus: () => true,
  raxConfig: { retry: 0, noResponseRetries: 0 },
};

const nothing = { async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {} };

function textOf(header: unknown): string | null {
  return header === undefined || header === null ? null : String(header);
}
