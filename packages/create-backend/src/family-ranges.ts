import { readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';

/** Where a range of a package of the family comes from. */
export interface FamilyRanges {
  /** The range of a version, for peers. */
  peer(name: string): string;
  /** What is installed. */
  dependency(name: string): string;
  /** The clone that the packages are linked from; null where they come from the registry. */
  readonly clone: string | null;
}

interface Manifest {
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/**
 * The ranges that this package itself was tested with, so that they are never a guess. In a clone of the family's
 * repository nothing has a range yet: there the packages are linked.
 *
 * @param directory The folder of this package.
 * @param folder The repository that is made.
 */
export function familyRanges(directory: string, folder: string): FamilyRanges {
  const { devDependencies } = manifestIn(directory);
  const rangeOf = (name: string): string => {
    const range = devDependencies[name];
    if (range === undefined)
      throw new Error(`The template depends on ${name}, which create-backend does not know.`);
    return range;
  };
  const isLinked = (name: string): boolean => rangeOf(name).startsWith('workspace:');
  const packages = dirname(directory);
  const sourceOf = (name: string): string => resolve(packages, name.replace('@melliflow/', ''));
  return {
    clone: Object.keys(devDependencies).some(isLinked) ? dirname(packages) : null,
    peer: (name) => (isLinked(name) ? `^${manifestIn(sourceOf(name)).version}` : rangeOf(name)),
    dependency: (name) =>
      isLinked(name) ? `file:${relative(folder, sourceOf(name)).split(sep).join('/')}` : rangeOf(name),
  };
}

function manifestIn(directory: string): Manifest {
  return JSON.parse(readFileSync(resolve(directory, 'package.json'), 'utf8'));
}
