import type { GenerationEvent } from './generation-event.js';
import { ModelOutputThunk } from './model-output-thunk.js';
import { runGeneration } from './run-generation.js';

/** What is known of a generation that no backend runs. */
export interface ThunkFromEventsInit<S> {
  /** Shown in `generation.provider` and in errors. Default `custom`. */
  provider?: string | undefined;
  /** Shown in `generation.model` and in errors. Default `custom`. */
  model?: string | undefined;
  /** Aborting it fails the thunk with `GenerationCancelledError`. */
  signal?: AbortSignal | undefined;
  /** Whether the text arrives in pieces. Default true. */
  streaming?: boolean | undefined;
  /** Reads the complete output into `parsedRepr`. Default: the text. */
  parse?: ((computed: ModelOutputThunk) => S | Promise<S>) | undefined;
}

/**
 * A thunk that runs `source` in the background, with all that a backend's thunks do: for wrappers and for whole
 * runs that stand as one output (contract 8.2). The signal aborts on a cancel.
 */
export function thunkFromEvents<S = string>(
  source: (signal: AbortSignal) => AsyncIterable<GenerationEvent>,
  init: ThunkFromEventsInit<S> = {},
): ModelOutputThunk<S> {
  const thunk = new ModelOutputThunk<S>(null);
  runGeneration(thunk, {
    origin: { provider: init.provider ?? 'custom', model: init.model ?? 'custom' },
    streaming: init.streaming ?? true,
    signal: init.signal,
    source,
    parse: init.parse ?? ((computed) => computed.value as S),
  });
  return thunk;
}
