import type { GenerationEvent } from './generation-event.js';
import type { ModelOutputThunk } from './model-output-thunk.js';

/** Tells what a running thunk is told from now on, just after it took it in: also what is no text. One listener. */
export function followOutput(
  thunk: ModelOutputThunk<unknown>,
  listener: (event: GenerationEvent) => void,
): void {
  thunk._hear = listener;
}
