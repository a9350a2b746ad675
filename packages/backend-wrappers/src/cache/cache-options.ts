import type { GenerationEvent, RawItem } from '@melliflow/core';
import { requireFunction, requireNumber, wrongSetting } from '../setting-checks.js';
import { AnswerStore, type CacheStore } from './answer-store.js';
import { isChat, isItem } from './is-answer.js';
import { memoryStore } from './memory-store.js';
import type { CacheQuestion } from './question.js';

/** What is kept, where, and for how long. */
export interface CacheOptions {
  /** Where answers are kept: a `Keyv`, a `Map`, … Default: the memory of this process. */
  store?: CacheStore | undefined;
  /** How long an answer is given again. Default: for ever. */
  ttlMs?: number | undefined;
  /** How many answers the memory keeps; what was not used for longest goes. Default 1000. */
  maxEntries?: number | undefined;
  /** How much the memory keeps, two bytes a character. Default 64 MiB. */
  maxBytes?: number | undefined;
  /**
   * What determines an answer, as plain data; null: it is not kept. Default: the question as it is.
   *
   * @example
   * { key: (question) => (question.modelOptions.temperature === 0 ? question : null) }
   */
  key?: ((question: CacheQuestion) => unknown) | undefined;
  /** How long a store may take before the model is asked without it. Default 1000. */
  storeTimeoutMs?: number | undefined;
  /** The time of day in ms, for tests. Default `Date.now`. */
  now?: (() => number) | undefined;
}

/** The options as a cache works by them. */
export interface ResolvedCache {
  readonly question: (question: CacheQuestion) => unknown;
  readonly chats: AnswerStore<GenerationEvent[]>;
  readonly items: AnswerStore<RawItem>;
}

/** @throws TypeError that names the setting, what it got and what it takes. */
export function resolveCache(options: CacheOptions): ResolvedCache {
  const { store, ttlMs, maxEntries, maxBytes, key, storeTimeoutMs, now } = options;
  requireFunction('cache', 'key', key);
  requireFunction('cache', 'now', now);
  const numbers = { ttlMs, maxEntries, maxBytes, storeTimeoutMs };
  for (const [name, value] of Object.entries(numbers)) requireNumber('cache', name, value, 1);
  for (const [name, value] of Object.entries({ maxEntries, maxBytes })) {
    if (value !== undefined && !Number.isInteger(value))
      throw wrongSetting('cache', name, 'a whole number from 1 up', value);
  }
  if (store !== undefined && (maxEntries !== undefined || maxBytes !== undefined)) {
    throw new TypeError(
      'cache: maxEntries and maxBytes are for the memory; a store of your own has its own limits.',
    );
  }
  if (typeof globalThis.crypto?.subtle?.digest !== 'function') {
    throw new TypeError(
      'cache: it needs WebCrypto (crypto.subtle), which browsers have on secure pages only.',
    );
  }
  const kept = store
    ? requireStore(store)
    : memoryStore({ maxEntries: maxEntries ?? 1000, maxBytes: maxBytes ?? 64 * 2 ** 20 });
  const init = { ttlMs, timeoutMs: storeTimeoutMs ?? 1000, now: now ?? Date.now };
  return {
    question: key ?? ((question) => question),
    chats: new AnswerStore(kept, isChat, init),
    items: new AnswerStore(kept, isItem, init),
  };
}

function requireStore(store: CacheStore): CacheStore {
  const verbs = ['get', 'set', 'delete'] as const;
  if (verbs.every((verb) => typeof store?.[verb] === 'function')) return store;
  throw wrongSetting('cache', 'store', 'an object with get, set and delete', store);
}
