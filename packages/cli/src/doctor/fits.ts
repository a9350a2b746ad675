import satisfies from 'semver/functions/satisfies.js';
import minVersion from 'semver/ranges/min-version.js';
import validRange from 'semver/ranges/valid.js';

/**
 * Whether a version is in a range. A prerelease counts as what it comes before, since who installs one means it; a
 * range that is none of numbers (`workspace:^`, `file:…`, a tag) takes what its installer chose.
 */
export function fits(version: string, range: string): boolean {
  const plain = plainRange(range);
  return plain === null || satisfies(version, plain, { includePrerelease: true });
}

/** A range of numbers, out of an alias too; null where it is another thing. */
export function plainRange(range: string): string | null {
  return validRange(range.replace(/^npm:(@?[^@]+@)?/, ''));
}

/** The oldest major that is in a range; null where the range is none. */
export function lowestMajor(range: string): number | null {
  return validRange(range) === null ? null : (minVersion(range)?.major ?? null);
}
