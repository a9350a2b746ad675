import { join } from 'node:path';
import type { Backend } from '@melliflow/core';
import { findPackages } from './installed-package.js';
import { UsageError } from './usage-error.js';

/** The backends that go by a name: `@melliflow/backend-<name>`. */
export const backendNames = ['llamacpp', 'ollama', 'openai', 'watsonx', 'hf'] as const;

export type BackendName = (typeof backendNames)[number];

/** Which model to ask, and where it runs. */
export interface BackendChoice {
  readonly backend: BackendName;
  /** The provider's name for it, or a file. Default for llamacpp: `tiny`, the model of @melliflow/model-tiny. */
  readonly model?: string | undefined;
}

/** What `@melliflow/backend-<name>` exports. */
interface BackendModule {
  createBackend(settings: { modelId: string }): Backend;
}

/**
 * Loads the package of a backend and makes one. It looks in the project that the program is run in first, then beside
 * this package: a project's own version counts, and a program that is installed globally may have none beside it.
 *
 * @throws NotInstalledError (`not_installed`) with the command that installs what is missing.
 * @throws UsageError when the backend needs a model, or cannot take this one.
 */
export async function loadBackend(
  { backend, model = backend === 'llamacpp' ? 'tiny' : undefined }: BackendChoice,
  places: readonly string[] = [join(process.cwd(), 'package.json'), import.meta.url],
): Promise<Backend> {
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
    return createBackend({ modelId });
  } catch (error) {
    // The settings are what the command line said.
    if (error instanceof TypeError) throw new UsageError(`--model: ${error.message}`, { cause: error });
    throw error;
  }
}

async function tinyModelPath(url: string): Promise<string> {
  const module: { tinyModelPath: string } = await import(url);
  return module.tinyModelPath;
}
