import { errorWords, failureOf } from '@melliflow/provider-kit';
import type { WireFields } from './wire-fields.js';

/** Servers that refuse to be asked for usage, by their address. */
const refusers = new Set<string>();

/**
 * Sends a request, and once more without `stream_options` where the server refuses it for that; which server does is
 * remembered.
 *
 * @param server Its address, such as the base URL.
 * @param send Makes the request; throws where it is refused.
 * @param said What a refusal said: its status and body. Default: that of a `FailedReply`.
 */
export async function askForUsage<T>(
  server: string,
  body: WireFields,
  send: (body: WireFields) => Promise<T>,
  said: (thrown: unknown) => Refusal | undefined = failureOf,
): Promise<T> {
  const { stream_options: asked, ...silent } = body;
  if (asked === undefined) return send(body);
  if (refusers.has(server)) return send(silent);
  try {
    return await send(body);
  } catch (error) {
    if (!isRefusalOfUsage(said(error))) throw error;
  }
  const reply = await send(silent);
  refusers.add(server);
  return reply;
}

/** What is known of a refused request. */
export interface Refusal {
  readonly status?: number | undefined;
  /** The reply's body: parsed, or its text. */
  readonly body?: unknown;
}

/** A refusal that is about the field, or says nothing at all. What else it says may quote the request. */
function isRefusalOfUsage({ status, body }: Refusal = {}): boolean {
  if (status !== 400 && status !== 422) return false;
  const { message, codes } = errorWords(body);
  const { param, error } = (body ?? {}) as { param?: unknown; error?: { param?: unknown } };
  const about = [message, param, error?.param].filter((words) => typeof words === 'string').join(' ');
  return about.trim() === '' ? codes.length === 0 : /stream_options|include_usage/.test(about);
}
