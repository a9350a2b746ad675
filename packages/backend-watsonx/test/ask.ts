import { inspect } from 'node:util';
import type { BackendError, GenerateOptions, ModelOutputThunk } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import type { WatsonxBackend } from '../src/index.js';

export const ctx = new SimpleContext();
export const streamed = { modelOptions: { stream: true } } as const;

/** What a generation gives: its thunk, and its error if it fails. */
export async function ask(
  backend: WatsonxBackend,
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

/** All that an error shows, to any depth. */
export function shown(error: unknown): string {
  const texts = [inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error)];
  for (let at = error; at instanceof Error; at = at.cause) texts.push(at.message, at.stack ?? '');
  return texts.join('\n');
}
