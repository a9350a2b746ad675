import { packageArrows } from '../arrows.js';
import { builtImports } from '../built-imports.js';
import { isNodeBuiltin } from '../module-imports.js';
import { place } from '../relative-path.js';
import type { Rule } from '../rule.js';
import { workspacePackages } from '../workspace-package.js';

/** A bare `fs` counts as `node:fs`. */
export const runsAnywhereRule: Rule = {
  id: 'runs-anywhere',
  sentence:
    'A package whose row says that it runs anywhere imports no module of Node, but in its entry for Node.',
  check: (root) =>
    workspacePackages(root)
      .filter(({ folder }) => packageArrows[folder]?.runsOn === 'anywhere')
      .flatMap((pkg) =>
        builtImports(pkg)
          .filter(({ specifier }) => specifier !== null && isNodeBuiltin(specifier))
          .filter(({ file }) => !isOfNodeEntry(file, packageArrows[pkg.folder]?.nodeEntry))
          .map(
            ({ file, line, specifier }) =>
              `${place(pkg.folder, file, line)}: "${specifier}" exists in Node alone; use a web global`,
          ),
      ),
};

/** What entries share lies beside their folders, so it is not exempt. */
function isOfNodeEntry(file: string, entry: string | undefined): boolean {
  return entry !== undefined && file.startsWith(`dist/${entry}/`);
}
