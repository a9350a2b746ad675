import { askForUsage, type Refusal, type WireFields } from '@melliflow/openai-wire';
import type { AttemptIO } from '@melliflow/provider-kit';
import { bodyText, type SdkError } from './from-openai-error.js';
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

/** The reply of a chat, when its headers are there. */
export function sendChat(
  client: OpenAIClient,
  body: WireFields,
  options: SdkOptions,
  baseURL: string,
): Promise<Response> {
  return askForUsage(baseURL, body, (asked) => send(client.chat.completions, asked, options), refusalOf);
}

/** The reply of a raw batch. */
export function sendRaw(client: OpenAIClient, body: WireFields, options: SdkOptions): Promise<Response> {
  return send(client.completions, body, options);
}

function send(resource: OpenAIResource, body: WireFields, options: SdkOptions): Promise<Response> {
  return resource.create(body as never, options as never).asResponse();
}

function refusalOf(thrown: unknown): Refusal {
  const { status, error, message } = thrown as SdkError;
  return { status, body: error ?? bodyText(message) };
}
