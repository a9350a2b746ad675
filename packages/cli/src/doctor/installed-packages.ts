import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Manifest, readManifest } from './manifest.js';

/** A package where it really is. Two copies are two of these. */
export interface InstalledPackage {
  /** Links followed, as Node does. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** What it wants beside itself, and what it gets. */
  readonly wants: readonly Want[];
  /** Who wants it, as name and version. */
  readonly requiredBy: Set<string>;
}

/** A package that another one names. */
export interface Want {
  readonly name: string;
  readonly range: string;
  readonly kind: 'dependency' | 'dev' | 'optional' | 'peer' | 'optional peer';
  /** What Node finds; null where there is none. */
  readonly found: InstalledPackage | null;
}

/**
 * All packages that the code of these folders can reach, found as Node finds them: upwards from where a package really
 * is. So it does not matter which program installed them. Each package.json is read once.
 *
 * @param roots Where they really are, links followed.
 */
export function installedPackages(roots: ReadonlySet<string>): readonly InstalledPackage[] {
  const byFolder = new Map<string, InstalledPackage | null>();
  const queue: InstalledPackage[] = [];

  const add = (folder: string): InstalledPackage | null => {
    const real = realpathSync(folder);
    const known = byFolder.get(real);
    if (known !== undefined) return known;
    const manifest = readManifest(real);
    const added = manifest && { folder: real, manifest, wants: [], requiredBy: new Set<string>() };
    byFolder.set(real, added);
    if (added) queue.push(added);
    return added;
  };

  for (const root of roots) add(root);
  for (const root of roots) for (const folder of ownPackagesAbove(root)) add(folder);
  for (const one of queue) {
    const isRoot = roots.has(one.folder);
    const wants = wantsOf(one.manifest, isRoot).map((want): Want => {
      const folder = resolvePackage(want.name, one.folder);
      const found = folder === null ? null : add(folder);
      found?.requiredBy.add(isRoot ? one.manifest.name : `${one.manifest.name} ${one.manifest.version}`);
      return { ...want, found };
    });
    (one.wants as Want[]).push(...wants);
  }
  return queue;
}

/** Where Node finds a package from a folder; null where it finds none. */
export function resolvePackage(name: string, from: string): string | null {
  for (const folder of upwards(from)) {
    if (basename(folder) === 'node_modules') continue;
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
  }
  return null;
}

/** A folder and all that it is in. */
export function upwards(folder: string): readonly string[] {
  const above = [folder];
  for (let one = dirname(folder); one !== above.at(-1); one = dirname(one)) above.push(one);
  return above;
}

/** Ours that are installed, whether somebody declares them or not, as after `npm link`. */
function ownPackagesAbove(root: string): readonly string[] {
  return upwards(root)
    .map((folder) => join(folder, 'node_modules', '@melliflow'))
    .flatMap((scope) => namesIn(scope).map((name) => join(scope, name)))
    .filter((folder) => existsSync(join(folder, 'package.json')));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // missing, a file, or nobody may look into it: then Node finds nothing there either
  }
}

function wantsOf(manifest: Manifest, isRoot: boolean): readonly Omit<Want, 'found'>[] {
  const { dependencies, devDependencies, optionalDependencies, peerDependencies, optionalPeers } = manifest;
  const wants = new Map<string, Omit<Want, 'found'>>();
  const add = (ranges: Readonly<Record<string, string>>, kindOf: (name: string) => Want['kind']): void => {
    for (const [name, range] of Object.entries(ranges)) wants.set(name, { name, range, kind: kindOf(name) });
  };
  if (isRoot) add(devDependencies, () => 'dev');
  add(dependencies, () => 'dependency');
  add(optionalDependencies, () => 'optional');
  add(peerDependencies, (name) => (optionalPeers.has(name) ? 'optional peer' : 'peer'));
  return [...wants.values()];
}
