import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { place, resolveFrom } from '../relative-path.js';
import type { Rule } from '../rule.js';
import {
  isOptionalPeer,
  requiredDependencies,
  type WorkspacePackage,
  workspacePackages,
} from '../workspace-package.js';

/** `tsc -b` builds what it references first; a missing reference works by luck, a needless one hides an arrow. */
export const projectReferencesRule: Rule = {
  id: 'project-references',
  sentence:
    "A package's tsconfig references are its workspace dependencies at run time; optional peers may be among them.",
  check(root) {
    const packages = workspacePackages(root);
    return packages.flatMap((pkg) => checkReferences(pkg, packages));
  },
};

function checkReferences(pkg: WorkspacePackage, packages: readonly WorkspacePackage[]): string[] {
  const needed = requiredDependencies(pkg.manifest);
  const referenced = referencesOf(pkg);
  return packages.flatMap(({ folder, manifest: { name } }) => {
    const isReferenced = referenced.includes(`packages/${folder}`);
    const isNeeded = needed.includes(name);
    if (isReferenced === isNeeded || (isReferenced && isOptionalPeer(pkg.manifest, name))) return [];
    return [
      `${place(pkg.folder, 'tsconfig.json')}: ${isNeeded ? 'add' : 'remove'} the reference to ../${folder}`,
    ];
  });
}

function referencesOf({ folder, directory }: WorkspacePackage): string[] {
  // A tsconfig may say beside an option why it is there; such comments stand on lines of their own.
  const text = readFileSync(join(directory, 'tsconfig.json'), 'utf8').replaceAll(/^\s*\/\/.*$/gm, '');
  const { references = [] }: { references?: readonly { readonly path: string }[] } = JSON.parse(text);
  return references.map(({ path }) => resolveFrom(`packages/${folder}/tsconfig.json`, path));
}
