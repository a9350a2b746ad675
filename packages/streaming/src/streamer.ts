/// <reference lib="esnext.disposable" preserve="true" />
import type { StreamChunkingResult } from './stream-chunking-result.js';

/**
 * A stream that lives as long as somebody reads it: leaving the loop, by `break`, `return` or a throw, or the block of
 * `await using`, stops the generation and waits until nothing runs any more.
 */
export class Streamer<S = string, Item = string> {
  /** The same stream with all its readers and its outcome. */
  readonly result: StreamChunkingResult<S>;
  /** @internal */
  readonly _items: AsyncIterable<Item>;

  /** @internal */
  constructor(result: StreamChunkingResult<S>, items: AsyncIterable<Item>) {
    this.result = result;
    this._items = items;
  }

  /** From the start, each time. Texts reject with what made the stream fail; events never do. */
  [Symbol.asyncIterator](): AsyncIterator<Item, undefined> {
    const reader = this._items[Symbol.asyncIterator]();
    return {
      next: () => reader.next(),
      return: async () => {
        await this.result.cancel();
        await reader.return?.();
        return { done: true, value: undefined };
      },
    };
  }

  /** Stops the generation and the validators, and resolves once nothing runs any more. */
  async cancel(reason?: unknown): Promise<void> {
    await this.result.cancel(reason);
  }

  /** Cancels if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.result.cancel();
  }
}
