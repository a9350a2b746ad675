import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** A folder on disk, laid out by hand as an installer would; disposing it removes it. */
export interface ProjectTree extends Disposable {
  readonly folder: string;
}

/** What stands at a path: a file's text, a package.json as data, or a link to another path of the tree. */
export type TreeEntry = string | { readonly [member: string]: unknown } | { readonly link: string };

/** `entries` by path; data becomes the package.json of the folder at that path. */
export function projectTree(entries: Readonly<Record<string, TreeEntry>>): ProjectTree {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'melliflow-doctor-')));
  for (const [path, entry] of Object.entries(entries)) {
    const place = join(folder, path);
    if (typeof entry === 'string') write(place, entry);
    else if (typeof entry.link === 'string') link(place, join(folder, entry.link));
    else write(join(place, 'package.json'), JSON.stringify(entry));
  }
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function link(place: string, target: string): void {
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(relative(dirname(place), target), place, 'junction');
}

/** A core of this version, whose backends have this contract unless its package.json says another. */
export function core(version: string, more: Readonly<Record<string, unknown>> = {}): TreeEntry {
  return { name: '@melliflow/core', version, melliflow: { contract: 1 }, ...more };
}

/** A package that builds on core. */
export function onCore(
  name: string,
  version: string,
  range: string,
  more: Readonly<Record<string, unknown>> = {},
): TreeEntry {
  return { name, version, peerDependencies: { '@melliflow/core': range }, ...more };
}
