import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The fields of a package.json that the rules read. */
export interface Manifest {
  readonly name: string;
  readonly private?: boolean | undefined;
  readonly license?: string | undefined;
  readonly type?: string | undefined;
  readonly sideEffects?: unknown;
  readonly bin?: unknown;
  readonly files?: readonly string[] | undefined;
  readonly engines?: Readonly<Record<string, string>> | undefined;
  readonly exports?: Readonly<Record<string, unknown>> | undefined;
  readonly dependencies?: Readonly<Record<string, string>> | undefined;
  readonly peerDependencies?: Readonly<Record<string, string>> | undefined;
  readonly peerDependenciesMeta?:
    | Readonly<Record<string, { readonly optional?: boolean | undefined }>>
    | undefined;
}

/** A folder of packages/ with its manifest. */
export interface WorkspacePackage {
  /** Name of the folder, such as `core`. */
  readonly folder: string;
  /** Absolute path of the folder. */
  readonly directory: string;
  readonly manifest: Manifest;
}

/** Every package in packages/, private ones too. */
export function workspacePackages(root: string): WorkspacePackage[] {
  const home = join(root, 'packages');
  return readdirSync(home)
    .filter((folder) => existsSync(join(home, folder, 'package.json')))
    .map((folder) => {
      const directory = join(home, folder);
      const manifest: Manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
      return { folder, directory, manifest };
    });
}

/** The packages that users install. */
export function publishedPackages(root: string): WorkspacePackage[] {
  return workspacePackages(root).filter(({ manifest }) => manifest.private !== true);
}

/** Whether a package works without this peer. */
export function isOptionalPeer(manifest: Manifest, name: string): boolean {
  return manifest.peerDependenciesMeta?.[name]?.optional === true;
}

/** What is installed with the package for certain: its dependencies and the peers that are not optional. */
export function requiredDependencies(manifest: Manifest): string[] {
  const peers = Object.keys(manifest.peerDependencies ?? {}).filter(
    (name) => !isOptionalPeer(manifest, name),
  );
  return [...Object.keys(manifest.dependencies ?? {}), ...peers];
}
