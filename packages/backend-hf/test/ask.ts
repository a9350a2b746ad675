import type { BackendError, GenerateOptions, ModelOutputThunk } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import type { HfBackend } from '../src/index.js';

export const ctx = new SimpleContext();
export const streamed = { modelOptions: { stream: true } } as const;

/** What a generation gives: its thunk, and its error if it fails. */
export async function ask(
  backend: HfBackend,
  prompt = 'Tell me a secret.',
  options: GenerateOptions = {},
): Promise<{ thunk: ModelOutputThunk<unknown>; text: string; error: BackendError | undefined }> {
  const [thunk] = await backend.generateFromContext(prompt, ctx, options);
  try {
    return { thunk: thunk as ModelOutputThunk<unknown>, text: await thunk.avalue(), error: undefined };
  } catch (error) {
    return {
      thunk: thunk as ModelOutputThunk<unknown>,
      text: thunk.partialValue,
      error: error as BackendError,
    };
  }
}
