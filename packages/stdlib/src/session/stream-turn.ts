import type { GenerationEvent, ModelOutputThunk, Part } from '@melliflow/core';
import { linkAbort, thunkFromEvents } from '@melliflow/core/implement';
import { type StreamChunkingResult, StreamNotFinishedError } from '@melliflow/streaming';
import { Turn, type TurnState } from './turn.js';

/** How a stream ended, for those who were not told in time. */
interface StreamEnd {
  state: TurnState;
}

/**
 * The turn of a validated stream. Until its end a thunk stands for it, so that the next call waits for the text that
 * passed; then the context has that text. A stream that ends with an error fails the turn.
 */
export class StreamTurn extends Turn {
  readonly action: Part;
  readonly stream: StreamChunkingResult<unknown>;
  /** @internal */
  readonly _end: StreamEnd;

  constructor(action: Part, stream: StreamChunkingResult<unknown>) {
    const end: StreamEnd = { state: 'running' };
    super(action, textThatPasses(stream, end));
    this.action = action;
    this.stream = stream;
    this._end = end;
  }

  /** At the very moment when the stream has ended, where it tells. */
  override get state(): TurnState {
    const { completed, streamingFailures } = this.stream;
    if (!isOver(this.stream)) return 'running';
    return completed || streamingFailures.length > 0 ? 'good' : this._end.state;
  }

  override get past(): readonly Part[] {
    return [this.action, this.stream.asThunk];
  }
}

function isOver(stream: StreamChunkingResult<unknown>): boolean {
  try {
    return stream.asThunk !== null;
  } catch (error) {
    if (StreamNotFinishedError.is(error)) return false;
    throw error;
  }
}

/** The text that passed, as one output, when the stream has ended. */
function textThatPasses(stream: StreamChunkingResult<unknown>, end: StreamEnd): ModelOutputThunk<unknown> {
  async function* source(signal: AbortSignal): AsyncGenerator<GenerationEvent> {
    const cancelled = new AbortController();
    const unlink = linkAbort(signal, cancelled);
    cancelled.signal.addEventListener('abort', () => void stream.cancel(signal.reason), { once: true });
    try {
      await stream.acomplete();
      end.state = 'good';
    } catch (error) {
      end.state = 'failed';
      throw error;
    } finally {
      unlink();
    }
    if (stream.fullText !== '') yield { type: 'text', text: stream.fullText };
    yield { type: 'finish', reason: stream.asThunk.generation.finishReason ?? 'other' };
  }
  const { provider, model } = stream.thunk.generation;
  return thunkFromEvents<unknown>(source, {
    provider: provider ?? undefined,
    model: model ?? undefined,
    streaming: false,
  });
}
