import { type FileHandle, open } from 'node:fs/promises';
import { InvalidRequestError } from '@melliflow/core';
import { fromLlamaCppError } from './from-llamacpp-error.js';

/** The head of a GGUF file: its magic, its version and two counts of eight bytes. */
const HEAD_BYTES = 24;

/**
 * Reads the head of a model file, so that a wrong path or a wrong file is told in plain words before the engine
 * sees it. Gives the size of the file in bytes.
 *
 * @throws ModelNotFoundError (`model_not_found`) where there is no file, PermissionError (`permission`) for one
 * that may not be read, InvalidRequestError (`invalid_request`) for one that is no GGUF model.
 */
export async function checkModelFile(path: string): Promise<number> {
  const origin = { provider: 'llamacpp', model: path };
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const stats = await file.stat();
    if (stats.isDirectory()) throw new InvalidRequestError(`${at(path)} is a folder. ${GIVE_A_FILE}`, origin);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const magic = buffer.toString('latin1', 0, Math.min(4, bytesRead));
    if (magic !== 'GGUF') {
      const got = magic === '' ? 'it is empty' : `it begins with ${JSON.stringify(magic)}`;
      throw new InvalidRequestError(`${at(path)} is not a GGUF file: ${got}. ${GIVE_A_FILE}`, origin);
    }
    if (bytesRead < HEAD_BYTES) {
      throw new InvalidRequestError(
        `${at(path)} is cut short: it has ${stats.size} bytes. ${FETCH_AGAIN}`,
        origin,
      );
    }
    return stats.size;
  } catch (error) {
    throw fromLlamaCppError(error, path);
  } finally {
    await file?.close();
  }
}

const GIVE_A_FILE = 'Give the path of one .gguf file; of a model in parts, that of its first part.';
const FETCH_AGAIN = 'Download it again and compare its size with the original.';

function at(path: string): string {
  return `llamacpp: modelId: ${path}`;
}
