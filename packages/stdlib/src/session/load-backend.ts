import type { Backend, ModelOptions } from '@melliflow/core';
import { importPackage } from './import-package.js';

/** The backends that go by a name: `@melliflow/backend-<name>`. */
export const backendNames = ['ollama', 'openai', 'watsonx', 'hf', 'llamacpp'] as const;

/** One of `backendNames`. */
export type BackendName = (typeof backendNames)[number];

/** What a backend is made of; what else a provider takes is in the documentation of its package. */
export interface BackendSettings {
  /** The provider's name for the model; for llamacpp the path of a GGUF file. */
  modelId?: string | undefined;
  modelOptions?: ModelOptions | undefined;
  readonly [setting: string]: unknown;
}

/** What `@melliflow/backend-<name>` exports. */
interface BackendModule {
  createBackend(settings: BackendSettings): Backend;
}

/** The model that the reference starts with; `ollama pull granite4:micro` brings it. */
const ollamaModel = 'granite4:micro';

/**
 * Makes a backend by its name. Without a `modelId`, ollama runs `granite4:micro`, and llamacpp the model of
 * `@melliflow/model-tiny`.
 *
 * @throws NotInstalledError (`not_installed`) with the command that installs what is missing.
 * @throws TypeError for an unknown name, where a `modelId` is needed, or when the backend refuses a setting.
 */
export async function loadBackend(name: BackendName, settings: BackendSettings = {}): Promise<Backend> {
  if (!backendNames.includes(name)) {
    throw new TypeError(
      `backend must be one of ${backendNames.join(', ')}, or a Backend of your own; got ${JSON.stringify(name)}.`,
    );
  }
  const { createBackend } = await importPackage<BackendModule>(`@melliflow/backend-${name}`);
  const modelId = settings.modelId ?? (await usualModel(name, settings));
  return createBackend({ ...settings, modelId });
}

async function usualModel(name: BackendName, { deployment }: BackendSettings): Promise<string | undefined> {
  if (name === 'ollama') return ollamaModel;
  if (name === 'llamacpp') {
    const { tinyModelPath } = await importPackage<{ tinyModelPath: string }>('@melliflow/model-tiny');
    return tinyModelPath;
  }
  // On watsonx a deployment stands for its model.
  if (deployment !== undefined) return undefined;
  throw new TypeError(
    `backend '${name}' needs a modelId, in the words of the provider: { backend: '${name}', modelId: '…' }.`,
  );
}
