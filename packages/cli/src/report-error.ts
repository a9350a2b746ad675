import { MelliflowError, ModelNotFoundError } from '@melliflow/core';
import { CommanderError } from 'commander';
import type { Output } from './text-output.js';
import { UsageError } from './usage-error.js';

/** Says on stderr what went wrong, and gives the exit code for it. */
export function reportError(error: unknown, stderr: Output): number {
  // The parser has told already; help and version come this way too, with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) {
    stderr.write(`error: ${error.message}\n`);
    return 2;
  }
  if (MelliflowError.is(error)) stderr.write(`error (${error.code}): ${error.message}${hintFor(error)}\n`);
  else stderr.write(`error (unexpected): ${String(error)}\n`);
  return 3;
}

/** A name that was mistyped is taken for a file; the engine cannot know the one name that we give a meaning to. */
function hintFor(error: MelliflowError): string {
  const isNoFile = ModelNotFoundError.is(error) && error.provider === 'llamacpp';
  return isNoFile ? " Or take --model tiny: 'tiny' is the model that comes with Melliflow." : '';
}
