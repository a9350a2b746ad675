import type { Backend } from '@melliflow/core';
import { supportedBackend } from '@melliflow/core/implement';
import { environmentKey, type KeySettings } from './environment-keys.js';
import { findPackages, usualPlaces } from './installed-package.js';
import { UsageError } from './usage-error.js';

/** The backends that go by a name: `@melliflow/backend-<name>`. */
export const backendNames = ['llamacpp', 'ollama', 'openai', 'watsonx', 'hf'] as const;

export type BackendName = (typeof backendNames)[number];

/** Which model to ask, and where it runs. */
export interface BackendChoice {
  readonly backend: BackendName;
  /** The provider's name for it, or a file. Default for llamacpp: `tiny`, the model of @melliflow/model-tiny. */
  readonly model?: string | undefined;
  /** Where the provider is reached. Default: the provider's own address, or what its environment variable says. */
  readonly baseURL?: string | undefined;
}

/** What `@melliflow/backend-<name>` exports. */
interface BackendModule {
  createBackend(settings: KeySettings & { modelId: string; baseURL?: string | undefined }): Backend;
}

/**
 * Loads the package of a backend and makes one. A backend finds its key in the environment, but sends it nowhere else
 * than where the environment says, so with an address of the command line the key is given.
 *
 * @throws NotInstalledError (`not_installed`) with the command that installs what is missing.
 * @throws UnsupportedFeatureError (`unsupported_feature`) when it is of a contract that this core does not know.
 * @throws UsageError when the backend needs a model, or cannot take this model or address.
 */
export async function loadBackend(
  { backend, model = backend === 'llamacpp' ? 'tiny' : undefined, baseURL }: BackendChoice,
  places: readonly string[] = usualPlaces(),
): Promise<Backend> {
  if (backend === 'llamacpp' && baseURL !== undefined) {
    throw new UsageError('--base-url: llamacpp runs the model in this process; name another --backend.');
  }
  const isTiny = backend === 'llamacpp' && model === 'tiny';
  const names = [`@melliflow/backend-${backend}`, ...(isTiny ? ['@melliflow/model-tiny'] : [])];
  const [backendUrl = '', tinyUrl = ''] = findPackages(names, places);
  if (model === undefined) {
    throw new UsageError(
      `--backend ${backend} needs a model: add --model <id>, in the words of the provider.`,
    );
  }
  const modelId = isTiny ? await tinyModelPath(tinyUrl) : model;
  const { createBackend }: BackendModule = await import(backendUrl);
  try {
    return supportedBackend(
      createBackend(baseURL === undefined ? { modelId } : { modelId, baseURL, ...environmentKey(backend) }),
    );
  } catch (error) {
    // The settings are what the command line said.
    if (!(error instanceof TypeError)) throw error;
    const option = error.message.includes('baseURL') ? '--base-url' : '--model';
    throw new UsageError(`${option}: ${error.message}`, { cause: error });
  }
}

async function tinyModelPath(url: string): Promise<string> {
  const module: { tinyModelPath: string } = await import(url);
  return module.tinyModelPath;
}
