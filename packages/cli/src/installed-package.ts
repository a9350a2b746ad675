import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { MelliflowError } from '@melliflow/core';
import { nameErrors } from '@melliflow/core/implement';

/** A package that the user asked for is not there; the last line of the message is the command that brings it. */
export class NotInstalledError extends MelliflowError {}

nameErrors({ NotInstalledError });

/**
 * The URLs of the modules of these packages, each found from the first of `places` (files or their URLs) that
 * has it.
 *
 * @throws NotInstalledError (`not_installed`) with one command that installs all that are missing.
 */
export function findPackages(names: readonly string[], places: readonly string[]): string[] {
  const found = names.map((name) => findPackage(name, places));
  const missing = names.filter((_, i) => found[i] === null);
  if (missing.length > 0) {
    const verb = missing.length === 1 ? 'is' : 'are';
    throw new NotInstalledError(
      `${missing.join(' and ')} ${verb} not installed. Install with:\n\n  npm install ${missing.join(' ')}\n`,
    );
  }
  return found.filter((url) => url !== null);
}

function findPackage(name: string, places: readonly string[]): string | null {
  for (const place of places) {
    try {
      return pathToFileURL(createRequire(place).resolve(name)).href;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  return null;
}
