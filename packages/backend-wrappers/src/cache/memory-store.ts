import { LRUCache } from 'lru-cache';
import type { CacheStore } from './answer-store.js';

/** How much is kept in memory before what was not used for longest goes. */
export interface MemoryLimits {
  readonly maxEntries: number;
  /** Counted as two bytes a character. */
  readonly maxBytes: number;
}

/** Answers in the memory of this process. */
export function memoryStore({ maxEntries, maxBytes }: MemoryLimits): CacheStore {
  const kept = new LRUCache<string, string>({
    max: maxEntries,
    maxSize: maxBytes,
    sizeCalculation: (text) => Math.max(1, text.length * 2),
  });
  return {
    get: (key) => kept.get(key),
    set: (key, text) => void kept.set(key, text),
    delete: (key) => kept.delete(key),
  };
}
