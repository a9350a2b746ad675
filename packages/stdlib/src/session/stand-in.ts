import type { GenerationEvent, ModelOutputThunk } from '@melliflow/core';
import { thunkFromEvents, whenSettled } from '@melliflow/core/implement';

/**
 * A thunk with the output of another, once that is there. In a context it stands for one that the caller still reads:
 * the next call waits for it and takes its text, and neither counts as the caller's reading.
 */
export function standInFor<S>(thunk: ModelOutputThunk<S>): ModelOutputThunk<S> {
  async function* source(): AsyncGenerator<GenerationEvent> {
    await whenSettled(thunk);
    const copy = thunk.copy();
    if (!copy.isComputed()) await thunk.avalue();
    yield { type: 'text', text: thunk.partialValue };
    yield { type: 'finish', reason: thunk.generation.finishReason ?? 'other' };
  }
  const { provider, model } = thunk.generation;
  const standIn = thunkFromEvents<S>(source, {
    provider: provider ?? undefined,
    model: model ?? undefined,
    streaming: false,
    parse: () => {
      adoptOutput(standIn, thunk);
      return thunk.parsedRepr as S;
    },
  });
  return standIn;
}

/** Gives `to` what `from` has beside its text. */
export function adoptOutput<S>(to: ModelOutputThunk<S>, from: ModelOutputThunk<S>): void {
  to.thinking = from.thinking;
  to.toolCalls = from.toolCalls;
  to.generateLog = from.generateLog;
  Object.assign(to.generation, from.generation, { warnings: [...from.generation.warnings] });
}
