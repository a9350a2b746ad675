import type { ComputedModelOutputThunk } from '@melliflow/core';

/**
 * A finished answer: its text is in `value`, what was read out of it in `parsedRepr`. Only an answer that does nothing
 * but call tools has nothing to read: there `parsedRepr` is null, and the calls are in `toolCalls`.
 */
export interface Answer<S = string> extends ComputedModelOutputThunk<S> {
  parsedRepr: S;
}
