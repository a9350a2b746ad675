import { type BuiltImport, builtImports } from '../built-imports.js';
import { isNodeBuiltin, packageOf } from '../module-imports.js';
import { place } from '../relative-path.js';
import type { Rule } from '../rule.js';
import {
  isOptionalPeer,
  type Manifest,
  requiredDependencies,
  workspacePackages,
} from '../workspace-package.js';

/** A devDependency is absent in a user's project, so an import that rests on one fails there and only there. */
export const declaredDependenciesRule: Rule = {
  id: 'declared-dependencies',
  sentence:
    'Each imported package is a dependency or a peer; an optional peer is imported by import() alone.',
  check: (root) =>
    workspacePackages(root).flatMap((pkg) =>
      builtImports(pkg).flatMap((found) => {
        const fault = faultOf(found, pkg.manifest);
        return fault ? [`${place(pkg.folder, found.file, found.line)}: ${fault}`] : [];
      }),
    ),
};

function faultOf({ specifier, kind }: BuiltImport, manifest: Manifest): string | undefined {
  if (specifier === null || isNodeBuiltin(specifier)) return;
  const name = packageOf(specifier);
  if (name === manifest.name || requiredDependencies(manifest).includes(name)) return;
  if (!isOptionalPeer(manifest, name))
    return `"${name}" is imported but is neither a dependency nor a peer of ${manifest.name}`;
  if (kind === 'dynamic') return;
  return `"${name}" is an optional peer: a ${kind} import breaks where it is absent; load it by import()`;
}
