import { BatchGenerationError, MelliflowError } from '@melliflow/core';

/** `error.type`: the code of our errors, the name of others. For a raw batch, that of its first failure. */
export function errorTypeOf(error: unknown): string {
  const first = BatchGenerationError.is(error) ? (error.cause ?? error) : error;
  if (MelliflowError.is(first)) return first.code;
  return first instanceof Error && first.name !== '' ? first.name : '_OTHER';
}
