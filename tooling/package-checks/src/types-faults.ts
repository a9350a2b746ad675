import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core';

/** The profile `esm-only`: old resolution and `require` of an ES module by its types are not our concern. */
const ignored: ReadonlySet<string> = new Set(['node10', 'node16-cjs']);

/** What are-the-types-wrong says of each entry that has types; empty when all is well. */
export async function typesFaults(tarball: string): Promise<string[]> {
  const packed = createPackageFromTarballData(readFileSync(tarball));
  const manifest = JSON.parse(packed.readFile(`/node_modules/${packed.packageName}/package.json`));
  const entrypoints = Object.entries(manifest.exports)
    .filter(([, target]) => typeof target === 'object' && target !== null && 'types' in target)
    .map(([entry]) => entry);
  const result = await checkPackage(packed, { entrypoints });
  if (!result.types) return ['the package has no types'];
  return result.problems.filter(isOurs).map((problem) => JSON.stringify(problem));
}

function isOurs(problem: Problem): boolean {
  return !('resolutionKind' in problem && ignored.has(problem.resolutionKind));
}
