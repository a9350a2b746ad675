import type { ReadableHeaders } from './retry-after.js';
import type { ByteSource } from './text-source.js';

/** A provider's reply as it came: a `Response`, or what a client without `fetch` has of one. */
export interface ProviderReply {
  readonly status: number;
  readonly headers: ReadableHeaders;
  /** A `ReadableStream`, or any iterable of bytes, such as a stream of Node. */
  readonly body: ByteSource;
}
