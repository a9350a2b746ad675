import type { BackendError, GenerationWarning, RawItem } from '@melliflow/core';
import { type AttemptIO, noLogprobs, type ProviderReply, readText } from '@melliflow/provider-kit';
import { furtherChoices } from './chat-reply.js';
import { type RawInit, rawItems } from './raw-items.js';

/**
 * The items of a raw batch, in the order of its prompts.
 *
 * @param warnings Put beside each item: what the wire could not be told.
 * @throws MalformedResponseError (`malformed_response`) when the reply has no choices at all.
 * @throws BackendError of its class for an error inside of the reply.
 */
export async function readRaw(
  reply: Pick<ProviderReply, 'headers' | 'body'>,
  io: AttemptIO,
  init: RawInit,
  warnings: readonly GenerationWarning[] = [],
): Promise<(RawItem | BackendError)[]> {
  const completion = await (init.toCompletion ?? readJson)(reply, io);
  const items = rawItems(completion, { ...init, headers: reply.headers });
  const shared = [...warnings, ...warningsOf(completion, init)];
  return items.map((item) => {
    if (!('text' in item)) return item;
    const isMissed = init.expectsLogprobs && item.text !== '' && !item.logprobs?.length;
    return { ...item, warnings: isMissed ? [...shared, noLogprobs] : shared, constrained: false };
  });
}

/** What the whole reply is to be warned of. */
function warningsOf(completion: unknown, init: RawInit): readonly GenerationWarning[] {
  const { system_fingerprint: server } = (completion ?? {}) as { system_fingerprint?: unknown };
  const ofServer = typeof server === 'string' ? (init.warningsOf?.(server) ?? []) : [];
  return (init.choicesPerPrompt ?? 1) > 1 ? [...ofServer, furtherChoices] : ofServer;
}

async function readJson({ body }: Pick<ProviderReply, 'body'>, io: AttemptIO): Promise<unknown> {
  const text = await readText(body, io.signal);
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Neither is there a choice in it.
  }
}
