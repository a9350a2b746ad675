import { type AttemptIO, type ProviderReply, readServerSentEvents, readText } from '@melliflow/provider-kit';
import { fromHfGeneration, fromHfTokens, isGeneration } from './from-hf-generation.js';

/**
 * The reply to raw prompts as one completion of OpenAI's wire, whether it is that, in TGI's own form, or a stream of
 * either; undefined for what is none of them.
 */
export async function readCompletion(
  { headers, body }: Pick<ProviderReply, 'headers' | 'body'>,
  io: AttemptIO,
): Promise<unknown> {
  if (!/event-stream/.test(headers.get('content-type') ?? '')) {
    const document = parse(await readText(body, io.signal));
    return isGeneration(document) ? understood(() => fromHfGeneration(document)) : document;
  }
  const documents: unknown[] = [];
  const isEnd = ({ data }: { data: string }): boolean => data === '[DONE]';
  for await (const events of readServerSentEvents(body, { signal: io.signal, isEnd })) {
    for (const { data } of events) documents.push(parse(data));
  }
  const failed = documents.find((document) => (document as Chunk | null | undefined)?.error);
  if (failed !== undefined) return failed;
  const isOwn = isGeneration(documents[0]);
  return understood(() => (isOwn ? fromHfTokens(documents as never) : joined(documents as Chunk[])));
}

/** The shapes of a reply are the server's promise; what breaks it shows where it is read. */
function understood(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

interface Chunk {
  readonly error?: unknown;
  readonly usage?: unknown;
  readonly choices?: readonly Choice[] | undefined;
}

interface Choice {
  readonly index?: number | undefined;
  readonly text?: string | undefined;
  readonly finish_reason?: unknown;
  readonly logprobs?: Readonly<Record<string, readonly unknown[] | null>> | null | undefined;
}

/** The chunks of a stream as one completion. */
function joined(chunks: readonly Chunk[]): object {
  const pieces = new Map<number, Choice[]>();
  for (const choice of chunks.flatMap((chunk) => chunk.choices ?? [])) {
    const index = choice.index ?? 0;
    const before = pieces.get(index);
    if (before) before.push(choice);
    else pieces.set(index, [choice]);
  }
  const choices = [...pieces].map(([index, all]) => ({
    index,
    text: all.map(({ text = '' }) => text).join(''),
    finish_reason: all.findLast(({ finish_reason }) => finish_reason)?.finish_reason,
    logprobs: lists(all.flatMap(({ logprobs }) => (logprobs ? [logprobs] : []))),
  }));
  // Beside choices TGI counts one prompt of several.
  const counts = chunks.filter((chunk) => pieces.size < 2 || !chunk.choices?.length);
  return { ...chunks[0], choices, usage: counts.findLast(({ usage }) => usage)?.usage };
}

/** Lists of the same name one after the other. */
function lists(all: readonly Readonly<Record<string, readonly unknown[] | null>>[]): object | undefined {
  const names = Object.keys(all[0] ?? {});
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, all.flatMap((one) => one[name] ?? [])]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Neither is there an answer in it.
  }
}
