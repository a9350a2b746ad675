import type { InstalledPackage, Want } from './installed-packages.js';

/** The package that there must be one copy of. */
export const CORE = '@melliflow/core';

/** What is no backend, though its name begins like one's. */
const noBackends = new Set(['@melliflow/backend-conformance', '@melliflow/backend-wrappers']);

/** Ours, and those of others that build on core, without the projects that are looked at; by their names. */
export function ownPackages(
  all: readonly InstalledPackage[],
  roots: ReadonlySet<string>,
): readonly InstalledPackage[] {
  return all
    .filter((one) => isOurs(one) || (!roots.has(one.folder) && wantOfCore(one) !== undefined))
    .sort((one, other) => one.manifest.name.localeCompare(other.manifest.name, 'en'));
}

/** Every copy of core. */
export function coresOf(all: readonly InstalledPackage[]): readonly InstalledPackage[] {
  return all.filter(({ manifest }) => manifest.name === CORE);
}

/** Whether a package is in our scope. */
export function isOurs({ manifest }: InstalledPackage): boolean {
  return manifest.name.startsWith('@melliflow/');
}

/** The core that a package builds on. */
export function wantOfCore({ wants }: InstalledPackage): Want | undefined {
  return wants.find(({ name }) => name === CORE);
}

/** Whether a package is a backend; of others, all that builds on core may be one. */
export function isBackend(one: InstalledPackage): boolean {
  const { name } = one.manifest;
  if (!isOurs(one)) return wantOfCore(one) !== undefined;
  return name.startsWith('@melliflow/backend-') && !noBackends.has(name);
}

/** What a package takes from others than us: of a backend, its SDK. */
export function libraryWants({ wants }: InstalledPackage): readonly Want[] {
  return wants.filter(({ name, kind }) => kind !== 'dev' && !/^@(melliflow|types)\//.test(name));
}
