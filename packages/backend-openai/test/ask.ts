import type { BackendError, GenerateOptions, ModelOutputThunk } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import type { OpenAIBackend } from '../src/index.js';

export { shownBy as shown } from '@melliflow/backend-conformance';

export const ctx = new SimpleContext();
export const streamed = { modelOptions: { stream: true } } as const;

/** What a generation gives: its thunk, and its error if it fails. */
export async function ask(
  backend: OpenAIBackend,
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
