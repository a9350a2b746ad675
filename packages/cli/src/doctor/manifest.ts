import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Package ranges by name. */
export type Ranges = Readonly<Record<string, string>>;

/** What is read of a package.json; whoever wrote it may have written anything. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Ranges;
  readonly devDependencies: Ranges;
  readonly optionalDependencies: Ranges;
  readonly peerDependencies: Ranges;
  /** The peers that may be missing. */
  readonly optionalPeers: ReadonlySet<string>;
  /** The versions of Node that it wants; null where it does not say. */
  readonly nodeRange: string | null;
  /** `melliflow.contract`: the number of the contract that it is written for. */
  readonly contract: number | null;
  readonly workspaces: readonly string[];
  readonly packageManager: string | null;
}

/** The package.json of a folder; null where there is none that can be read. */
export function readManifest(folder: string): Manifest | null {
  try {
    const text = readFileSync(join(folder, 'package.json'), 'utf8');
    return toManifest(record(JSON.parse(text.replace(/^\ufeff/, ''))));
  } catch {
    return null; // missing, or no JSON: the caller says what that means
  }
}

function toManifest(json: Readonly<Record<string, unknown>>): Manifest {
  const { workspaces } = json;
  const contract = record(json.melliflow).contract;
  const peersMeta = Object.entries(record(json.peerDependenciesMeta));
  return {
    name: text(json.name) ?? '(no name)',
    version: text(json.version) ?? '0.0.0',
    dependencies: ranges(json.dependencies),
    devDependencies: ranges(json.devDependencies),
    optionalDependencies: ranges(json.optionalDependencies),
    peerDependencies: ranges(json.peerDependencies),
    optionalPeers: new Set(
      peersMeta.filter(([, meta]) => record(meta).optional === true).map(([name]) => name),
    ),
    nodeRange: text(record(json.engines).node),
    contract: Number.isSafeInteger(contract) ? (contract as number) : null,
    workspaces: texts(Array.isArray(workspaces) ? workspaces : record(workspaces).packages),
    packageManager: text(json.packageManager),
  };
}

/** Only names of packages: what climbs out of node_modules is none. */
function ranges(value: unknown): Ranges {
  const entries = Object.entries(record(value)).filter(
    ([name, range]) => typeof range === 'string' && /^(@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*$/.test(name),
  );
  return Object.fromEntries(entries) as Ranges;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
