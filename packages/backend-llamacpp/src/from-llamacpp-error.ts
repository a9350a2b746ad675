import {
  type BackendError,
  InvalidRequestError,
  type MelliflowError,
  ModelNotFoundError,
  PermissionError,
  UnsupportedFeatureError,
} from '@melliflow/core';
import { toBackendError } from '@melliflow/core/implement';

/** What an error of the engine or the file system means to the user, and what can be done about it. */
interface Meaning {
  Kind: new (message: string, init: ConstructorParameters<typeof BackendError>[1]) => BackendError;
  fits(error: { name: string; code: unknown; message: string }): boolean;
  message(path: string): string;
}

const meanings: readonly Meaning[] = [
  {
    Kind: ModelNotFoundError,
    fits: ({ code }) => code === 'ENOENT' || code === 'ENOTDIR',
    message: (path) => `modelId: there is no file ${path}. Give the path of a GGUF file that exists.`,
  },
  {
    Kind: PermissionError,
    fits: ({ code }) => code === 'EACCES' || code === 'EPERM',
    message: (path) => `modelId: ${path} may not be read. Give this process the right to read it.`,
  },
  {
    Kind: UnsupportedFeatureError,
    fits: ({ name }) => name === 'NoBinaryFoundError',
    message: () =>
      // The engine tries its binary in a child process that inherits the flags of Node, and takes a crash for no.
      process.execArgv.some((flag) => flag.startsWith('--input-type'))
        ? 'the engine cannot start under the flag --input-type. Put the program into a file and run that.'
        : `no prebuilt engine fits this machine (${process.platform}-${process.arch}, Node ${process.version}). ` +
          'Install the package of your platform (npm install @node-llama-cpp/<platform>), or compile the engine ' +
          'once with "npx node-llama-cpp source download", or set gpu: false if you asked for a GPU.',
  },
  {
    Kind: InvalidRequestError,
    fits: ({ message }) => message === 'Failed to load model' || message.startsWith('Invalid GGUF'),
    message: (path) =>
      `modelId: ${path} begins like a GGUF file but cannot be loaded: it is cut short or damaged, or of an ` +
      'architecture that this engine does not know. Compare its size with the original, or update node-llama-cpp.',
  },
  {
    Kind: InvalidRequestError,
    fits: ({ name, message }) => name === 'InsufficientMemoryError' || message === 'Failed to create context',
    message: (path) =>
      `there is not enough memory for ${path}. Lower contextSize or sequences, or take a smaller file.`,
  },
];

/** An error of the engine in the words of the family; what is of the family already comes back as it is. */
export function fromLlamaCppError(error: unknown, path: string): MelliflowError {
  const ours = toBackendError(error, { provider: 'llamacpp', model: path });
  if (ours === error) return ours;
  const facts = {
    name: (error as Error | undefined)?.constructor?.name ?? '',
    code: (error as { code?: unknown } | undefined)?.code,
    message: error instanceof Error ? error.message : '',
  };
  const meaning = meanings.find(({ fits }) => fits(facts));
  if (!meaning) return ours;
  return new meaning.Kind(`llamacpp: ${meaning.message(path)}`, {
    provider: 'llamacpp',
    model: path,
    cause: ours.cause,
  });
}
