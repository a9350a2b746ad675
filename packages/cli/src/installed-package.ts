import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NotInstalledError } from '@melliflow/stdlib';

/**
 * Where packages are looked for: in the project that the program is run in first, then beside this package. A
 * project's own version counts, and a program that is installed globally may have none beside it.
 */
export function usualPlaces(): readonly string[] {
  return [join(process.cwd(), 'package.json'), import.meta.url];
}

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
