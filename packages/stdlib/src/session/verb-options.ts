import type {
  ChatMessage,
  GenerateOptions,
  ImageBlock,
  ModelOutputThunk,
  Part,
  Requirement,
} from '@melliflow/core';
import type { StreamWithChunkingOptions } from '@melliflow/streaming';
import type { InstructionInit } from '../components/instruction.js';
import type { ActOptions } from './act-options.js';

/** Asks for all attempts in place of the answer alone. */
export interface SamplingResults<R extends boolean> {
  /** Whether to resolve with the `SamplingResult`. Default false. */
  returnSamplingResults?: R | undefined;
}

/** What an instruction is made of, and how it is acted on. Its requirements are shown and checked. */
export interface InstructOptions extends InstructionInit, Omit<ActOptions, 'requirements'> {}

/** How a message is sent. */
export interface ChatOptions extends ActOptions {
  /** Who says it. Default `user`. */
  role?: ChatMessage['role'] | undefined;
  images?: readonly ImageBlock[] | undefined;
}

/** What is validated, and how a judge is asked. */
export interface ValidateOptions extends GenerateOptions {
  /** What is judged. Default: the last output of the session. */
  output?: string | ModelOutputThunk<unknown> | undefined;
  /** What the output answers; only beside `output`. */
  input?: string | Part | undefined;
}

/** How a stream is cut and checked. */
export interface StreamOptions extends Omit<StreamWithChunkingOptions, 'requirements'> {
  /**
   * Checked on every chunk, and on the whole output at its end; the model is told only those of an `Instruction`. Each is
   * cloned for this stream.
   */
  requirements?: readonly (Requirement | string)[] | undefined;
}
