import { join } from 'node:path';
import { isRelative, type ModuleImport, moduleImports } from './module-imports.js';
import { filesBelow } from './source-files.js';
import type { WorkspacePackage } from './workspace-package.js';

/** An import that leaves its package, in a file that is shipped. */
export interface BuiltImport extends ModuleImport {
  /** Path from the package's folder, such as `dist/index.d.ts`. */
  readonly file: string;
}

/** The imports to other modules in what was built: `.js` says what runs, `.d.ts` what users' compilers need. */
export function builtImports(pkg: WorkspacePackage): BuiltImport[] {
  const dist = join(pkg.directory, 'dist');
  return [...filesBelow(dist, '.js'), ...filesBelow(dist, '.d.ts')].flatMap((file) =>
    moduleImports(join(dist, file))
      .filter(({ specifier }) => specifier === null || !isRelative(specifier))
      .map((found) => ({ ...found, file: `dist/${file}` })),
  );
}

/** Whether the package was built; without it a rule on built files would find nothing and seem content. */
export function isBuilt(pkg: WorkspacePackage): boolean {
  return filesBelow(join(pkg.directory, 'dist'), '.js').length > 0;
}
