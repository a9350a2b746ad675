import type { ModelToolCall, StreamValidationIo } from '@melliflow/core';
import type { ChunkingName } from './chunkers/chunking-names.js';
import type { ChunkingStrategy } from './chunkers/chunking-strategy.js';

/** What a model says beside one another: its text, its reasoning, and the tools that it wants called. */
export type StreamChannel = 'text' | 'thinking' | 'tool_call';

/**
 * What a requirement may say, as members of its class, about how it is asked while a stream runs.
 *
 * @example
 * class FactCheck extends Requirement implements StreamingTraits {
 *   readonly chunking = 'paragraph';
 *   readonly stateless = true;
 * }
 */
export interface StreamingTraits {
  /** How the text is cut for it. Default: as for the stream. Tool calls are always whole. */
  readonly chunking?: ChunkingName | ChunkingStrategy | undefined;
  /** What it is asked about; it has a clone for each. Default: the text. */
  readonly channels?: readonly StreamChannel[] | undefined;
  /**
   * Each chunk is judged by itself, so that several may be under check at once, and a resumed attempt need not show
   * it the kept text again. Default false.
   */
  readonly stateless?: boolean | undefined;
}

/** What a chunk of a channel is checked with. */
export interface ChannelValidationIo extends StreamValidationIo {
  readonly channel: StreamChannel;
  /** The call that the chunk shows as JSON, `{"name": …, "args": …}`; null in the other channels. */
  readonly toolCall: ModelToolCall | null;
}
