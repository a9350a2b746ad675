import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isNodeBuiltin, isRelative, moduleImports, packageOf } from '@melliflow/house-rules/module-imports';
import { filesBelow } from '@melliflow/house-rules/source-files';
import type { Manifest } from '@melliflow/house-rules/workspace-package';

/**
 * Declarations of an unpacked package that name a package which is not installed with it, or an entry of one of ours
 * that has no types. `siblings` are the unpacked folders of our packages by name.
 */
export function importFaults(content: string, siblings: ReadonlyMap<string, string>): string[] {
  const { name: self, dependencies, peerDependencies } = manifestOf(content);
  const installed = new Set([self, ...Object.keys({ ...dependencies, ...peerDependencies })]);
  return filesBelow(content, '.d.ts').flatMap((file) =>
    moduleImports(join(content, file)).flatMap(({ specifier, line }) => {
      if (specifier === null || isRelative(specifier) || isNodeBuiltin(specifier)) return [];
      const name = packageOf(specifier);
      if (!installed.has(name)) return [`${file}:${line}: "${name}" is not installed with the package`];
      const sibling = siblings.get(name);
      if (!sibling || hasTypes(sibling, specifier)) return [];
      return [`${file}:${line}: "${specifier}" has no types in what is packed`];
    }),
  );
}

function manifestOf(content: string): Manifest {
  return JSON.parse(readFileSync(join(content, 'package.json'), 'utf8'));
}

function hasTypes(content: string, specifier: string): boolean {
  const { name, exports = {} } = manifestOf(content);
  const entry = exports[`.${specifier.slice(name.length)}`];
  if (typeof entry !== 'object' || entry === null || !('types' in entry)) return false;
  return existsSync(join(content, String(entry.types)));
}
