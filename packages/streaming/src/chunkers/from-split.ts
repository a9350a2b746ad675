import type { Chunker, ChunkingStrategy, Segment } from './chunking-strategy.js';

/**
 * A strategy out of plain functions over the text so far, for rules that are easier to say without state.
 *
 * After each delta the chunks of `split` beyond those of its last answer are released; an answer with fewer
 * chunks releases nothing, and the count goes on from it. Each chunk's place is searched from the end of the
 * one before; a chunk that is not in the text (upper-cased, say) takes no room there: it lies where the last
 * found one ended. What lies between the chunks and behind the last one is separator: no requirement sees it, though
 * it is part of the output. By its nature this rescans the whole text at every delta: the cost is quadratic, fine
 * for a page, not for a book.
 *
 * @param split The complete chunks of the text so far, from its beginning, without an unfinished last one.
 * @param flush The chunks that are left when the text is over; without it the unfinished rest is separator.
 * @throws TypeError from `push` when a chunk that `split` gave was not complete: it goes on, as the last one of
 * `text.split(';')` does; from `push` or `flush` when a function returns anything but an array of strings.
 * @example
 * const lines = fromSplit(
 *   (text) => text.split('\n').slice(0, -1),
 *   (text) => text.split('\n').slice(-1),
 * );
 */
export function fromSplit(
  split: (text: string) => string[],
  flush: (text: string) => string[] = () => [],
): ChunkingStrategy {
  assertFunction('split', split);
  assertFunction('flush', flush);
  return { name: 'custom', start: () => rescan(split, flush) };
}

function rescan(split: (text: string) => string[], flush: (text: string) => string[]): Chunker {
  let text = '';
  let last: readonly string[] = [];
  let lastEnd = 0;

  const place = (chunk: string): Segment => {
    const found = text.indexOf(chunk, lastEnd);
    const start = found < 0 ? lastEnd : found;
    if (found >= 0) lastEnd = found + chunk.length;
    return { text: chunk, start, end: lastEnd };
  };

  return {
    push(delta) {
      text += delta;
      const chunks = assertChunks('split', split(text));
      assertComplete(last, chunks);
      const fresh = chunks.slice(last.length);
      last = chunks;
      return fresh.map(place);
    },
    flush: () => assertChunks('flush', flush(text)).map(place),
  };
}

function assertFunction(field: string, value: unknown): void {
  if (typeof value !== 'function') {
    throw new TypeError(
      `fromSplit: ${field} is ${typeof value}; pass a function from the text to its chunks`,
    );
  }
}

/** What came behind a chunk that was given would be in no chunk, and nobody would check it. */
function assertComplete(before: readonly string[], chunks: readonly string[]): void {
  const at = before.length - 1;
  if (at < 0 || at >= chunks.length || chunks[at] === before[at]) return;
  throw new TypeError(
    `fromSplit: split gave another chunk ${at} than before; return complete chunks only, as ` +
      "text.split(';').slice(0, -1) does, and the last one from flush",
  );
}

function assertChunks(field: string, chunks: readonly string[]): readonly string[] {
  if (Array.isArray(chunks) && chunks.every((chunk) => typeof chunk === 'string')) return chunks;
  const got = Array.isArray(chunks) ? 'an array with other things than strings' : typeof chunks;
  throw new TypeError(
    `fromSplit: ${field} returned ${got}; return an array of strings, empty if there is none`,
  );
}
