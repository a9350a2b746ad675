import { log, scrubbed } from '@melliflow/core/implement';
import { within } from './within.js';

/** Where answers are kept, as text: a `Keyv`, a `Map`, or whatever has these three. They may give promises. */
export interface CacheStore {
  get(key: string): unknown;
  /** `ttlMs` is given where the cache has one; a store may ignore it. */
  set(key: string, value: string, ttlMs?: number): unknown;
  delete(key: string): unknown;
}

/** How answers are kept. */
export interface AnswerStoreInit {
  readonly ttlMs: number | undefined;
  readonly timeoutMs: number;
  /** The time of day in ms, as it is for all processes that share a store. */
  readonly now: () => number;
}

/** Whether what a store gave is an answer: others may write to it too. */
export type IsAnswer<T> = (value: unknown) => value is T;

/** What a kept answer looks like in a store. */
interface Entry {
  readonly version: 1;
  /** Null: for ever. */
  readonly untilMs: number | null;
  readonly answer: unknown;
}

/** Reads and writes answers. A store that fails or hangs is told to the logger and harms nobody. */
export class AnswerStore<T> {
  /** @internal */
  readonly _store: CacheStore;
  /** @internal */
  readonly _init: AnswerStoreInit;
  /** @internal */
  readonly _isAnswer: IsAnswer<T>;

  constructor(store: CacheStore, isAnswer: IsAnswer<T>, init: AnswerStoreInit) {
    this._store = store;
    this._isAnswer = isAnswer;
    this._init = init;
  }

  /** The answer, as a copy of the caller's own; null when there is none, or not any more, and after an abort. */
  async read(key: string, signal: AbortSignal): Promise<T | null> {
    return this._try('get', null, async () => {
      const text = await within(this._init.timeoutMs, this._store.get(key), signal);
      if (text === undefined || text === null) return null;
      const { version, untilMs, answer } = JSON.parse(String(text), revived) as Entry;
      if (version !== 1 || !this._isAnswer(answer)) return null;
      if (untilMs === null || this._init.now() < untilMs) return answer;
      await within(this._init.timeoutMs, this._store.delete(key), signal);
      return null;
    });
  }

  async write(key: string, answer: T): Promise<void> {
    const { ttlMs, now, timeoutMs } = this._init;
    await this._try('set', undefined, async () => {
      const entry: Entry = { version: 1, untilMs: ttlMs === undefined ? null : now() + ttlMs, answer };
      const text = JSON.stringify(entry, plain);
      await within(
        timeoutMs,
        ttlMs === undefined ? this._store.set(key, text) : this._store.set(key, text, ttlMs),
      );
    });
  }

  /** @internal */
  async _try<R>(verb: string, otherwise: R, work: () => Promise<R>): Promise<R> {
    try {
      return await work();
    } catch (error) {
      log('warn', `cache: ${verb} of the store failed; the model is asked as without a cache.`, {
        error: scrubbed(error),
      });
      return otherwise;
    }
  }
}

/** Under this name stand numbers that JSON does not have: a log probability may be minus infinity. */
const NUMBER = '$number';

function plain(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? { [NUMBER]: String(value) } : value;
}

function revived(_: string, value: unknown): unknown {
  const text = (value as { [NUMBER]?: unknown } | null)?.[NUMBER];
  return typeof text === 'string' ? Number(text) : value;
}
