import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FamilyRanges, familyRanges } from './family-ranges.js';
import { renamePath, renameText } from './rename-template.js';
import { providerOf, repositoryNames } from './repository-names.js';
import { UsageError } from './usage-error.js';

/** What is made, and where. */
export interface RepositorySettings {
  /** The folder of the repository; it may exist if it is empty. */
  folder: string;
  /** What the provider is called, such as `my-provider`. Default: what the folder's name says. */
  provider?: string | undefined;
  /** The name on the registry. Default: `melliflow-backend-<provider>`. */
  packageName?: string | undefined;
}

/** What was made. */
export interface CreatedRepository {
  readonly folder: string;
  readonly provider: string;
  readonly packageName: string;
  /** The files, as paths from the folder, sorted. */
  readonly files: readonly string[];
  /** The clone of Melliflow that the packages are linked from; null where they come from the registry. */
  readonly clone: string | null;
}

/**
 * Writes a repository with a backend that works and keeps every law that it claims.
 *
 * @example
 * createRepository({ folder: 'backend-my-provider' });
 *
 * @throws TypeError or UsageError that names what is wrong: a name, or a folder that is not empty. Nothing is written then.
 */
export function createRepository(settings: RepositorySettings): CreatedRepository {
  const { folder: given, packageName } = settings;
  if (typeof given !== 'string' || given === '')
    throw new UsageError('folder must be the path of a new folder.');
  const folder = realFolder(given);
  const names = repositoryNames(settings.provider ?? providerOf(basename(folder)), packageName);
  checkEmpty(folder);
  const directory = packageDirectory();
  const ranges = familyRanges(directory, folder);
  const template = join(directory, 'template');
  const files = filesBelow(template).map((path) => {
    const file = renamePath(path, names);
    const text = renameText(readFileSync(join(template, path), 'utf8'), names);
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), file === 'package.json' ? withRanges(text, ranges) : text);
    return file.split(sep).join('/');
  });
  const { provider } = names;
  return { folder, provider, packageName: names.packageName, files: files.sort(), clone: ranges.clone };
}

/** Links out of a folder lead on from where it really is. */
function realFolder(given: string): string {
  let known = resolve(given);
  while (!existsSync(known)) known = dirname(known);
  return join(realpathSync(known), relative(known, resolve(given)));
}

function checkEmpty(folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw new UsageError(`folder must be new; ${folder} is a file.`);
  const [first] = readdirSync(folder).filter((name) => name !== '.git');
  if (first === undefined) return;
  throw new UsageError(`folder must be new or empty; ${folder} has ${first} in it.`);
}

/** The folder of this package: that of `dist` or `src`. */
function packageDirectory(): string {
  return dirname(dirname(fileURLToPath(import.meta.url)));
}

/** What running the template in place leaves behind is not of it. */
const leftovers = new Set(['node_modules', 'dist']);

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (leftovers.has(entry.name)) return [];
    if (!entry.isDirectory()) return [entry.name];
    return filesBelow(join(folder, entry.name)).map((path) => join(entry.name, path));
  });
}

/** The manifest with ranges for the packages of the family. */
function withRanges(text: string, ranges: FamilyRanges): string {
  const manifest: Record<string, unknown> = JSON.parse(text);
  for (const [group, rangeOf] of [
    ['peerDependencies', ranges.peer],
    ['dependencies', ranges.dependency],
    ['devDependencies', ranges.dependency],
  ] as const) {
    const entries = Object.entries(manifest[group] as Record<string, string>);
    manifest[group] = Object.fromEntries(
      entries.map(([name, range]) => [name, name.startsWith('@melliflow/') ? rangeOf(name) : range]),
    );
  }
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
