import type { Backend, CBlock, ComponentLike, Context } from '@melliflow/core';
import type { StreamEvent } from './stream-events.js';
import {
  type FormattedStreamOptions,
  type StreamWithChunkingOptions,
  streamWithChunking,
} from './stream-with-chunking.js';
import { Streamer } from './streamer.js';

/** How a stream is cut and checked, and what its loop gets. */
export interface StreamOptions extends StreamWithChunkingOptions {
  /** How the text is cut. Default `delta`: not at all, each piece goes on as the model sent it. */
  chunking?: StreamWithChunkingOptions['chunking'];
  /** The loop gets the events, not the texts. Default false. */
  asEvents?: boolean | undefined;
}

/** Options whose loop gets events. */
export interface EventStreamOptions extends StreamOptions {
  asEvents: true;
}

/** Options whose loop gets texts. */
export interface TextStreamOptions extends StreamOptions {
  asEvents?: false | undefined;
}

/**
 * Streams an output on the engine of `streamWithChunking`, for one reader: whoever leaves the loop, or the block of
 * `await using`, ends the generation. Requirements are asked about what the model sends at a time, unless they or
 * `chunking` say otherwise. Resolves as soon as the stream runs.
 *
 * @throws As `streamWithChunking`.
 *
 * @example
 * await using story = await stream('Tell a story.', backend, ctx);
 * for await (const text of story) process.stdout.write(text);
 */
export async function stream<T>(
  action: ComponentLike | CBlock | string,
  backend: Backend,
  ctx: Context,
  options: EventStreamOptions & FormattedStreamOptions<T>,
): Promise<Streamer<T, StreamEvent>>;
export async function stream<T>(
  action: ComponentLike | CBlock | string,
  backend: Backend,
  ctx: Context,
  options: TextStreamOptions & FormattedStreamOptions<T>,
): Promise<Streamer<T>>;
export async function stream<S = string>(
  action: ComponentLike<S> | CBlock | string,
  backend: Backend,
  ctx: Context,
  options: EventStreamOptions,
): Promise<Streamer<S, StreamEvent>>;
export async function stream<S = string>(
  action: ComponentLike<S> | CBlock | string,
  backend: Backend,
  ctx: Context,
  options?: TextStreamOptions,
): Promise<Streamer<S>>;
export async function stream<S>(
  action: ComponentLike<S> | CBlock | string,
  backend: Backend,
  ctx: Context,
  { asEvents = false, chunking = 'delta', ...options }: StreamOptions = {},
): Promise<Streamer<S, string | StreamEvent>> {
  const result = await streamWithChunking<S>(action, backend, ctx, { ...options, chunking });
  return new Streamer<S, string | StreamEvent>(result, asEvents ? result.events() : result);
}
