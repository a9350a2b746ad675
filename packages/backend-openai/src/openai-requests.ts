import type { AttemptIO } from '@melliflow/provider-kit';
import type { OpenAIFields } from './openai-options.js';
import type { OpenAIClient, OpenAIResource } from './openai-settings.js';

/** The longest time limit that timers, and so the SDK, can keep. */
const MAX_TIMEOUT_MS = 2_147_483_647;

/** What every request says to the SDK: no retries, our signal, and a time limit beyond ours. */
interface SdkOptions {
  readonly signal: AbortSignal;
  readonly maxRetries: 0;
  readonly timeout: number;
}

export function sdkOptions({ signal }: AttemptIO, headersMs: number): SdkOptions {
  return { signal, maxRetries: 0, timeout: Math.min(Math.ceil(headersMs) + 1000, MAX_TIMEOUT_MS) };
}

/** Servers that refuse to be asked for usage, by their base URL. */
const usageRefusers = new Set<string>();

/** The reply of a chat, when its headers are there. */
export async function sendChat(
  client: OpenAIClient,
  body: OpenAIFields,
  options: SdkOptions,
  baseURL: string,
): Promise<Response> {
  const { stream_options: asked, ...silent } = body;
  if (asked === undefined) return send(client.chat.completions, body, options);
  if (usageRefusers.has(baseURL)) return send(client.chat.completions, silent, options);
  try {
    return await send(client.chat.completions, body, options);
  } catch (error) {
    if (!isRefusalOfUsage(error)) throw error;
  }
  const reply = await send(client.chat.completions, silent, options);
  usageRefusers.add(baseURL);
  return reply;
}

/** The reply of a raw batch. */
export function sendRaw(client: OpenAIClient, body: OpenAIFields, options: SdkOptions): Promise<Response> {
  return send(client.completions, body, options);
}

function send(resource: OpenAIResource, body: OpenAIFields, options: SdkOptions): Promise<Response> {
  return resource.create(body as never, options as never).asResponse();
}

/** A refusal that names the field, or some field, or says nothing at all. */
function isRefusalOfUsage(error: unknown): boolean {
  const { status, message, error: body } = error as { status?: unknown; message?: unknown; error?: unknown };
  if (status !== 400 && status !== 422) return false;
  const words = `${message} ${JSON.stringify(body ?? '')}`;
  return /stream_options|include_usage|unrecognized|unknown|unexpected|extra|not permitted|no body/i.test(
    words,
  );
}
