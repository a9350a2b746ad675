import { fileURLToPath } from 'node:url';

/** Where the model lies, for a loader that takes URLs and for runtimes that resolve them themselves. */
export const tinyModelUrl: URL = new URL('../tiny.gguf', import.meta.url);

/**
 * The same place as an absolute path, because native engines open files by path.
 *
 * @example
 * ```ts
 * import { LlamaCppBackend } from '@melliflow/backend-llamacpp';
 * import { tinyModelPath } from '@melliflow/model-tiny';
 *
 * const backend = new LlamaCppBackend({ modelId: tinyModelPath });
 * ```
 */
export const tinyModelPath: string = fileURLToPath(tinyModelUrl);
