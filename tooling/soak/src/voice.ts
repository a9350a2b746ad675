import { LlamaCppBackend } from '@melliflow/backend-llamacpp';
import { type Backend, ModelOption } from '@melliflow/core';
import { tinyModelPath } from '@melliflow/model-tiny';
import { SimpleContext } from '@melliflow/stdlib';

/** What is asked of the model in this process, and what it says each time. */
export interface Voice {
  readonly backend: Backend;
  readonly said: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

const prompts = ['Say something.', 'The rain', 'Once there was a lighthouse.', 'Tell me of tea.'];
/** The same words each time. */
export const modelOptions = {
  [ModelOption.TEMPERATURE]: 0,
  [ModelOption.SEED]: 7,
  [ModelOption.MAX_NEW_TOKENS]: 24,
};

/** Loads the tiny model, and asks it each prompt once. */
export async function loadVoice(): Promise<Voice> {
  const backend = new LlamaCppBackend({ modelId: tinyModelPath });
  const said = new Map<string, string>();
  for (const prompt of prompts) {
    const [thunk] = await backend.generateFromContext(prompt, new SimpleContext(), { modelOptions });
    said.set(prompt, await thunk.avalue());
  }
  return { backend, said, close: () => backend.dispose() };
}
