import { type Arrows, packageArrows } from '../arrows.js';
import { type BuiltImport, builtImports, isBuilt } from '../built-imports.js';
import { isNodeBuiltin, packageOf } from '../module-imports.js';
import { place } from '../relative-path.js';
import type { Rule } from '../rule.js';
import { type WorkspacePackage, workspacePackages } from '../workspace-package.js';

/** Checked on dist: what was written in src but erased binds nobody. */
export const packageArrowsRule: Rule = {
  id: 'package-arrows',
  sentence: 'A package imports only what its row in arrows.ts allows, in its code and in its types.',
  check: (root) => workspacePackages(root).flatMap(checkPackage),
};

function checkPackage(pkg: WorkspacePackage): string[] {
  const arrows = packageArrows[pkg.folder];
  if (!arrows) return [`${place(pkg.folder, 'package.json')}: the package has no row in arrows.ts; add it`];
  if (!isBuilt(pkg))
    return [`${place(pkg.folder, 'dist')}: nothing is built, so nothing can be checked; build first`];
  return builtImports(pkg)
    .filter((found) => !isAllowed(found, pkg, arrows))
    .map((found) => {
      const named =
        found.specifier === null ? 'a computed import()' : `${found.kind} import of "${found.specifier}"`;
      return `${place(pkg.folder, found.file, found.line)}: ${named} is not in the row of ${pkg.folder} in arrows.ts`;
    });
}

function isAllowed({ specifier }: BuiltImport, pkg: WorkspacePackage, arrows: Arrows): boolean {
  if (specifier === null) return arrows.loadsByName === true;
  if (isNodeBuiltin(specifier)) return true; // the business of the rule `runs-anywhere`
  const name = packageOf(specifier);
  return name === pkg.manifest.name || arrows.imports.includes(name);
}
