import { within } from './abortable-wait.js';

/** Where bytes come from: the body of a `Response`, or an iterable of bytes (what a `fetch` of Node's past gives). */
export type ByteSource = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | null | undefined;

/** A reply's body as text, read by read. */
export interface TextSource {
  /** The next piece, `''` when it brought no whole character; null at the end. */
  read(): Promise<string | null>;
  /**
   * Lets the body go. A body that ended leaves its connection to the next call; for the sake of that one that is
   * `nearlyDone` is waited for a moment. Any other is cancelled, which closes the connection.
   */
  close(nearlyDone: boolean): Promise<void>;
}

/** How long the end of a body may take after its last event; servers send both together. */
const DRAIN_MS = 50;

interface Bytes {
  next(): Promise<{ done?: boolean | undefined; value?: Uint8Array | undefined }>;
  cancel(): Promise<unknown>;
}

/** Decodes UTF-8 as it comes, also when a read ends within a character. An abort of `signal` cancels the body. */
export function openText(body: ByteSource, signal: AbortSignal): TextSource {
  const bytes = openBytes(body);
  const decoder = new TextDecoder();
  let ended = false;
  const cancel = (): void => {
    ended = true;
    // It is let go because it failed or is not wanted; that it fails again is no news.
    bytes.cancel().then(undefined, () => undefined);
  };
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });

  const read = async (): Promise<string | null> => {
    if (ended) return null;
    const { done, value } = await bytes.next();
    if (!done) return decoder.decode(value, { stream: true });
    ended = true;
    return decoder.decode() || null;
  };
  const drain = async (): Promise<true> => {
    while ((await read()) !== null);
    return true;
  };
  return {
    read,
    async close(nearlyDone) {
      try {
        if (nearlyDone && !ended) await within(DRAIN_MS, drain());
      } finally {
        signal.removeEventListener('abort', cancel);
        if (!ended) cancel();
      }
    },
  };
}

function openBytes(body: ByteSource): Bytes {
  if (!body) return { next: async () => ({ done: true }), cancel: async () => undefined };
  if ('getReader' in body) {
    const reader = body.getReader();
    return { next: () => reader.read(), cancel: () => reader.cancel() };
  }
  const iterator = body[Symbol.asyncIterator]();
  return { next: () => iterator.next(), cancel: async () => iterator.return?.() };
}

/**
 * The whole body as text.
 *
 * @param enough So many characters are enough, for bodies that may never end. Default: none are.
 */
export async function readText(
  body: ByteSource,
  signal: AbortSignal,
  enough: number = Number.POSITIVE_INFINITY,
): Promise<string> {
  if (enough === Number.POSITIVE_INFINITY) return readAll(body, signal);
  const source = openText(body, signal);
  let text = '';
  try {
    for (let piece = await source.read(); piece !== null; piece = await source.read()) {
      text += piece;
      if (text.length >= enough) break;
    }
    return text;
  } finally {
    await source.close(false);
  }
}

/** Decoded at once: a short reply comes in one read, and a decoder of its own costs more than all else of it. */
async function readAll(body: ByteSource, signal: AbortSignal): Promise<string> {
  const bytes = openBytes(body);
  const cancel = (): void => void bytes.cancel().then(undefined, () => undefined);
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  const pieces: Uint8Array[] = [];
  let isWhole = false;
  try {
    for (;;) {
      const { done, value } = await bytes.next();
      // A body that is deaf to its cancel is not read on.
      if (done || signal.aborted) break;
      if (value) pieces.push(value);
    }
    isWhole = true;
    return decoded(pieces);
  } finally {
    signal.removeEventListener('abort', cancel);
    if (!isWhole) cancel();
  }
}

const decoder = new TextDecoder();

function decoded(pieces: readonly Uint8Array[]): string {
  const [first] = pieces;
  if (first === undefined) return '';
  if (pieces.length === 1) return decoder.decode(first);
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return decoder.decode(all);
}
