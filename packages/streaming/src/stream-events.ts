import type { PartialValidationResult, ValidationResult } from '@melliflow/core';
import type { StreamChannel } from './stream-channel.js';

/** What all events have. */
interface Timed {
  /** When, in seconds since 1970, with fractions. */
  readonly timestamp: number;
}

/** A chunk of the text goes to the readers. */
export interface ChunkEvent extends Timed {
  readonly type: 'chunk';
  readonly text: string;
  /** From 0. */
  readonly chunkIndex: number;
  /** From 1. */
  readonly attempt: number;
}

/** A chunk of the model's reasoning goes to the readers. */
export interface ThinkingEvent extends Timed {
  readonly type: 'thinking';
  readonly text: string;
  /** From 0 in each attempt. */
  readonly chunkIndex: number;
  readonly attempt: number;
}

/** A tool call goes to the readers. */
export interface ToolCallEvent extends Timed {
  readonly type: 'tool_call';
  readonly id: string | null;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** From 0 in each attempt. */
  readonly chunkIndex: number;
  readonly attempt: number;
}

/**
 * A chunk that was shown stands: nothing takes it back any more. Told where chunks of the channel can be taken back,
 * in order. From `streaming_done` on all stands that is shown, and at `completed`.
 */
export interface SettledEvent extends Timed {
  readonly type: 'settled';
  readonly channel: StreamChannel;
  readonly chunkIndex: number;
  readonly attempt: number;
}

/** What an attempt showed of a channel is taken back, from this chunk on. */
export interface RetractEvent extends Timed {
  readonly type: 'retract';
  readonly channel: StreamChannel;
  readonly chunkIndex: number;
  /** The attempt that showed it last. */
  readonly attempt: number;
}

/** The verdicts on a chunk, in the order of the requirements; before the chunk itself. */
export interface QuickCheckEvent extends Timed {
  readonly type: 'quick_check';
  readonly chunkIndex: number;
  readonly attempt: number;
  /** Whether none of them is `fail`. */
  readonly passed: boolean;
  readonly results: readonly PartialValidationResult[];
  /** Where it is not the text; unlike `retract` and `settled`, which name every channel. */
  readonly channel?: StreamChannel | undefined;
  /** Where those who were asked have a chunking of their own; then `chunkIndex` counts its chunks. */
  readonly chunking?: string | undefined;
}

/** The model has ended by itself and every chunk was let through. */
export interface StreamingDoneEvent extends Timed {
  readonly type: 'streaming_done';
  readonly attempt: number;
  readonly fullText: string;
}

/** The verdicts on the whole output, in the order of the requirements. */
export interface FullValidationEvent extends Timed {
  readonly type: 'full_validation';
  readonly attempt: number;
  readonly passed: boolean;
  readonly results: readonly ValidationResult[];
}

/** A new attempt begins. What is not wanted of the last one was taken back before. */
export interface RetryEvent extends Timed {
  readonly type: 'retry';
  /** The number of the new one. */
  readonly attempt: number;
  /** Why the last one failed. */
  readonly reason: string;
}

/** The last event, always. */
export interface CompletedEvent extends Timed {
  readonly type: 'completed';
  /** Whether the stream came to its natural end; final verdicts do not change it. */
  readonly success: boolean;
  readonly fullText: string;
  readonly attemptsUsed: number;
}

/** Something threw: the backend, a validator, the chunking, or the signal aborted. */
export interface ErrorEvent extends Timed {
  readonly type: 'error';
  /** `error.name`. */
  readonly exceptionType: string;
  readonly detail: string;
}

/** What happens on a validated stream, told by `type` (contract 6). */
export type StreamEvent =
  | ChunkEvent
  | ThinkingEvent
  | ToolCallEvent
  | SettledEvent
  | RetractEvent
  | QuickCheckEvent
  | StreamingDoneEvent
  | FullValidationEvent
  | RetryEvent
  | CompletedEvent
  | ErrorEvent;
