import type { ComputedModelOutputThunk, ModelOutputThunk } from '@melliflow/core';
import { snapshot } from '@melliflow/core/implement';

/** Of an output that was stopped: the text that passed, and how it came about, but nothing unchecked. */
export function validatedPart(
  thunk: ModelOutputThunk<unknown>,
  text: string,
): ComputedModelOutputThunk<string> {
  const part = snapshot(thunk, text) as ComputedModelOutputThunk<string>;
  part.parsedRepr = text;
  part.thinking = null;
  part.toolCalls = null;
  part.generateLog = null;
  return part;
}
