import type { GenerationEvent } from './generation-event.js';
import type { ModelOutputThunk } from './model-output-thunk.js';

/**
 * Tells the text so far, in its deltas, and from then on all that a running thunk is told, just after it took it in: also
 * what is no text. One listener, and at once, so that no reader of the deltas is needed beside it.
 */
export function followOutput(
  thunk: ModelOutputThunk<unknown>,
  listener: (event: GenerationEvent) => void,
): void {
  for (const text of thunk._log.items) listener({ type: 'text', text });
  thunk._hear = listener;
}
