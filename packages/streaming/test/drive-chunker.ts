import type { ChunkingStrategy, Segment } from '../src/chunkers/chunking-strategy.js';

/** All segments of a stream, those of the flush apart. */
export interface Driven {
  pushed: Segment[];
  flushed: readonly Segment[];
}

/** Feeds the deltas to a fresh chunker; `afterPush` sees the number of segments after each delta. */
export function drive(
  strategy: ChunkingStrategy,
  deltas: readonly string[],
  afterPush?: (segments: number) => void,
): Driven {
  const chunker = strategy.start();
  const pushed: Segment[] = [];
  for (const delta of deltas) {
    pushed.push(...chunker.push(delta));
    afterPush?.(pushed.length);
  }
  return { pushed, flushed: chunker.flush() };
}

/** The texts of some segments. */
export const texts = (segments: readonly Segment[]): string[] => segments.map(({ text }) => text);

/** Cuts a text, or its code points, into pieces of one length. */
export function pieces<T extends string | string[]>(whole: T, length: number): T[] {
  const count = Math.ceil(whole.length / length);
  return Array.from({ length: count }, (_, i) => whole.slice(i * length, (i + 1) * length) as T);
}
