import type { ChatMessage, GenerationEvent, RawItem } from '@melliflow/core';
import type { RecordedError } from './recorded-error.js';

/** What happened in an interaction, in the order in which it did. */
export type RecordedEvent =
  | Exclude<GenerationEvent, { type: 'prompt' }>
  /** Without a prompt: that of the request, which is not stored twice. */
  | { readonly type: 'prompt'; readonly prompt?: string | readonly (ChatMessage | string)[] | undefined }
  /** One action's part of a raw batch; with neither item nor error: it has none. */
  | { readonly type: 'item'; readonly item?: RawItem | undefined; readonly error?: RecordedError | undefined }
  /** The generation failed. */
  | { readonly type: 'error'; readonly error: RecordedError }
  /** Here the consumer left: by a cancel, an abort, or by closing the stream. */
  | { readonly type: 'cancelled' };

/** One call and what came of it. */
export interface Interaction<Request> {
  readonly key: string;
  readonly request: Request;
  /** When each event came, from the call on: beside them, so that a new recording differs in one line. */
  readonly timesMs: readonly number[];
  readonly events: readonly RecordedEvent[];
}
